namespace Gearpump;

/// <summary>
/// How values of <typeparamref name="T"/> are bytes: on the wire, in snapshots and in outputs. Stateless, so that many tasks
/// may use one at the same time. Reading throws <see cref="FormatException"/> or <see cref="Runtime.RecordRejectedException"/>
/// where the bytes are no such value; the record then goes to the dead letters.
/// </summary>
public abstract class Serde<T>
{
    /// <summary>Stands in snapshots, which another serializer is refused to read. At most 200 bytes of UTF-8.</summary>
    public abstract string Name { get; }

    /// <summary>The format's version, from 1; data of a newer one is refused by name.</summary>
    public virtual int Version => 1;

    /// <summary>No encoding of the value is longer, in bytes. Cheap rather than exact.</summary>
    public abstract int MaxBytes(T value);

    /// <summary>Writes the value and returns the number of bytes; the destination has room for <see cref="MaxBytes"/>.</summary>
    public abstract int Write(T value, Span<byte> destination);

    /// <summary>Reads one value, which is the whole of the source. What it returns may keep a slice of the source.</summary>
    public abstract T Read(ReadOnlyMemory<byte> source);

    /// <summary>Reads a value that an older program wrote. The default knows no older version than its own.</summary>
    public virtual T Read(ReadOnlyMemory<byte> source, int version) => version == Version
        ? Read(source)
        : throw new FormatException($"'{Name}' version {version} cannot be read by version {Version}");

    public override string ToString() => $"{Name}/{Version}";
}
