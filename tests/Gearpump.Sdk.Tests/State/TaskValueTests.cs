using System.Buffers;
using Gearpump.Runtime;
using Gearpump.Sdk.Tests.Support;
using Gearpump.State;

namespace Gearpump.Sdk.Tests.State;

public sealed class TaskValueTests
{
    [Fact]
    public void Restore_PartsOfSeveralTasks_AreCombined()
    {
        var value = new TaskValue<long>("sum", Monoid.Sum<long>(), Serde.Int64);
        value.Restore(Encode(3), new KeyGroupRange(0, 1));
        value.Restore(Encode(4), new KeyGroupRange(0, 1));
        value.Value.ShouldBe(7);
    }

    [Fact]
    public void Freeze_ThenUpdateAndUndo_KeepsTheCut()
    {
        var value = new TaskValue<long>("sum", Monoid.Sum<long>(), Serde.Int64) { Value = 5 };
        var frozen = value.Freeze();
        value.BeginRecord();
        value.Value = 9;
        value.Undo();
        value.Value.ShouldBe(5);
        value.BeginRecord();
        value.Value = 11;
        var restored = new TaskValue<long>("sum", Monoid.Sum<long>(), Serde.Int64);
        restored.Restore(Encode(frozen), new KeyGroupRange(0, 1));
        restored.Value.ShouldBe(5);
    }

    [Fact]
    public void Restore_EveryTruncationAndATail_AreRefused()
    {
        var part = Encode(3);
        for (var length = 0; length < part.Length; length++)
        {
            var cut = part[..length];
            Should.Throw<InvalidDataException>(() => New().Restore(cut, new KeyGroupRange(0, 1)));
        }

        Should.Throw<InvalidDataException>(() => New().Restore((byte[])[.. part, 0], new KeyGroupRange(0, 1)));
    }

    [Fact]
    public void Restore_NewerVersion_IsRefused()
    {
        var newer = Encode(new TaskValue<long>("sum", Monoid.Sum<long>(), new Versioned(2)).Freeze());
        var value = new TaskValue<long>("sum", Monoid.Sum<long>(), new Versioned(1));
        Should.Throw<InvalidDataException>(() => value.Restore(newer, new KeyGroupRange(0, 1))).Message.ShouldContain("version 2");
    }

    private static TaskValue<long> New() => new("sum", Monoid.Sum<long>(), Serde.Int64);

    private static byte[] Encode(long value) => Encode(new TaskValue<long>("sum", Monoid.Sum<long>(), Serde.Int64) { Value = value }.Freeze());

    private static byte[] Encode(IFrozenState frozen)
    {
        var buffer = new ArrayBufferWriter<byte>();
        frozen.Encode(0, buffer, int.MaxValue).ShouldBe(1);
        return buffer.WrittenSpan.ToArray();
    }
}
