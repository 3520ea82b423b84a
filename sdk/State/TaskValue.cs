using System.Buffers;
using Gearpump.Runtime;

namespace Gearpump.State;

/// <summary>Un-keyed state: one value a task. Parts of several tasks are merged by Combine.</summary>
internal sealed class TaskValue<T>(string step, IMonoid<T> monoid, Serde<T> serde) : IStateStore<T>
{
    private T _before = monoid.Zero;

    public string Step => step;

    public bool IsKeyed => false;

    public T Value { get; set; } = monoid.Zero;

    public void Select(ulong hash, ReadOnlyMemory<byte> key)
    {
        // There is one entry, whatever the key.
    }

    public void BeginRecord() => _before = Value;

    public void Undo() => Value = _before;

    public IFrozenState Freeze() => new Frozen(Value, serde);

    public void Restore(ReadOnlyMemory<byte> encoded, KeyGroupRange range)
    {
        var at = 0;
        var version = StateEncoding.ReadHeader(encoded, serde, keyed: false, ref at);
        var value = StateEncoding.ReadValue(encoded, serde, version, ref at);
        if (at != encoded.Length)
        {
            throw new InvalidDataException($"{encoded.Length - at} bytes behind the value");
        }

        Value = monoid.Combine(Value, value);
    }

    private sealed class Frozen(T value, Serde<T> serde) : IFrozenState
    {
        public KeyGroupRange Range => new(0, 1);

        public int Encode(int firstGroup, IBufferWriter<byte> destination, int softLimitBytes)
        {
            StateEncoding.WriteHeader(destination, serde, keyed: false);
            StateEncoding.WriteValue(destination, serde, value);
            return 1;
        }
    }
}
