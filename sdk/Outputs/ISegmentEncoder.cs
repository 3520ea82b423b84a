namespace Gearpump.Outputs;

/// <summary>Encodes one task's records for one outside system, in the form in which that system takes them.</summary>
public interface ISegmentEncoder
{
    /// <summary>Bytes that wait in the encoder.</summary>
    long BufferedBytes { get; }

    /// <summary>Adds a record. False: the outside would refuse it, and <paramref name="rejection"/> says why.</summary>
    bool TryAdd(in Runtime.Record record, out string? rejection);

    /// <summary>Hands over everything that waits: for each publisher that has some, its number, the bytes (given away) and the count of records.</summary>
    void Complete(Action<int, ReadOnlyMemory<byte>, int> segment);
}
