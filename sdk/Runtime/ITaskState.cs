namespace Gearpump.Runtime;

/// <summary>The state of one step in one task, as the engine sees it.</summary>
public interface ITaskState
{
    /// <summary>The step's name: the identity of the state.</summary>
    string Step { get; }

    /// <summary>Divided by key group; otherwise it belongs to the task, and is merged where tasks become fewer.</summary>
    bool IsKeyed { get; }

    /// <summary>Begins a record: what <see cref="Undo"/> goes back to.</summary>
    void BeginRecord();

    /// <summary>Takes back all updates since <see cref="BeginRecord"/>.</summary>
    void Undo();

    /// <summary>
    /// Freezes the state in O(key groups). The frozen form never changes and may be encoded on another thread while records
    /// go on: a group that is updated before it is encoded is copied first.
    /// </summary>
    IFrozenState Freeze();

    /// <summary>
    /// Adds what an encoded part holds: entries whose group is in <paramref name="range"/>, or, un-keyed, the value, by Combine.
    /// The bytes were verified against their hash, but are checked like any untrusted input.
    /// </summary>
    /// <exception cref="InvalidDataException">They cannot be read; the message names versions where these differ.</exception>
    void Restore(ReadOnlyMemory<byte> encoded, KeyGroupRange range);
}
