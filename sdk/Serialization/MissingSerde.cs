namespace Gearpump.Serialization;

/// <summary>Stands where a serializer is missing until the graph is built, which refuses it: so that all errors are named at once.</summary>
internal sealed class MissingSerde<T> : Serde<T>
{
    public override string Name => "missing";

    public override int MaxBytes(T value) => throw Refused();

    public override int Write(T value, Span<byte> destination) => throw Refused();

    public override T Read(ReadOnlyMemory<byte> source) => throw Refused();

    private static InvalidOperationException Refused() => new($"there is no serializer for {typeof(T)}");
}
