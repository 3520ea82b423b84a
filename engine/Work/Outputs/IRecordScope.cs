namespace Gearpump.Engine.Work.Outputs;

/// <summary>Something that an input record's outputs went to: they stand, or are taken back, as a whole.</summary>
internal interface IRecordScope
{
    void EndRecord();

    void Undo();
}
