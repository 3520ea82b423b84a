using System.Buffers;
using System.Buffers.Binary;
using Gearpump.Runtime;
using Gearpump.Search.Worlds;

namespace Gearpump.Search.Graphs;

/// <summary>One count of a task.</summary>
internal sealed class CountState(string step, HostedWorld world) : ITaskState
{
    private long _before;

    public long Count { get; set; }

    public string Step => step;

    public bool IsKeyed => false;

    public void BeginRecord() => _before = Count;

    public void Undo() => Count = _before;

    public IFrozenState Freeze()
    {
        world.OnFrozen(step, Count);
        return new Frozen(Count);
    }

    public void Restore(ReadOnlyMemory<byte> encoded, KeyGroupRange range) => Count += BinaryPrimitives.ReadInt64LittleEndian(encoded.Span);

    private sealed class Frozen(long count) : IFrozenState
    {
        public KeyGroupRange Range => new(0, 1);

        public int Encode(int firstGroup, IBufferWriter<byte> destination, int softLimitBytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(destination.GetSpan(sizeof(long)), count);
            destination.Advance(sizeof(long));
            return 1;
        }
    }
}
