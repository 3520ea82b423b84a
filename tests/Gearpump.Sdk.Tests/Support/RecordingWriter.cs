using Gearpump.Runtime;

namespace Gearpump.Sdk.Tests.Support;

/// <summary>Stands for the engine's writer: copies each record, as the contract says.</summary>
internal sealed class RecordingWriter : IRecordWriter
{
    public List<Record> Records { get; } = [];

    public void Write(in Record record) => Records.Add(record.HasKey
        ? new Record(record.KeyHash, record.Key.ToArray(), record.Value.ToArray(), record.ValueIsKey, record.EventTimeMs)
        : new Record(record.Value.ToArray(), record.EventTimeMs));

    public IReadOnlyList<T> Values<T>(Serde<T> serde) => Records.Select(record => serde.Read(record.Value)).ToList();

    public IReadOnlyList<(TKey Key, T Value)> Pairs<TKey, T>(Serde<TKey> key, Serde<T> value) =>
        Records.Select(record => (key.Read(record.Key), value.Read(record.Value))).ToList();
}
