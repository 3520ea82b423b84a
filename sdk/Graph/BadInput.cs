namespace Gearpump.Graph;

/// <summary>What becomes of a bad record.</summary>
public enum BadInput
{
    /// <summary>It goes to the dead letters, byte for byte, with the reason; the stream goes on.</summary>
    DeadLetter,

    /// <summary>The job fails, naming the record's place.</summary>
    Fail,
}
