using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Gearpump.Simulation.Core;

/// <summary>
/// What happened, as one hash over every event, and, where asked for, as text. Text is made only in a recording run: a run
/// that fails is run again to be told.
/// </summary>
internal sealed class SimTrace(Action<string>? record)
{
    private readonly XxHash64 _hash = new();

    /// <summary>Whether <see cref="Note"/> is heard by anybody.</summary>
    public bool Recording => record is not null;

    public long Events { get; private set; }

    public ulong Hash => _hash.GetCurrentHashAsUInt64();

    public void Event(long timeMs, string owner, string label)
    {
        Events++;
        Append((ulong)timeMs);
        Append(owner);
        Append(label);
        record?.Invoke($"{timeMs,8} {owner,-12} {label}");
    }

    /// <summary>Adds the content of an event to the hash.</summary>
    public void Content(ReadOnlySpan<byte> bytes) => _hash.Append(bytes);

    public void Content(ulong value) => Append(value);

    /// <summary>A line that a machine wrote; part of the hash.</summary>
    public void Line(long timeMs, string owner, string text)
    {
        Append(text);
        record?.Invoke($"{timeMs,8} {owner,-12}   \"{text}\"");
    }

    /// <summary>A detail for readers; ask <see cref="Recording"/> before making it.</summary>
    public void Note(long timeMs, string owner, string text) => record?.Invoke($"{timeMs,8} {owner,-12}   {text}");

    private void Append(string text) => _hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));

    private void Append(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _hash.Append(bytes);
    }
}
