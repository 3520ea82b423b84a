using System.Buffers;
using System.Text;
using CsCheck;
using Gearpump.Runtime;
using Gearpump.Sdk.Tests.Support;
using Gearpump.State;

namespace Gearpump.Sdk.Tests.State;

/// <summary>The real table against a dictionary.</summary>
public sealed class KeyedTableTests
{
    private static readonly byte[][] Keys = [.. Enumerable.Range(0, 300).Select(n => Encoding.UTF8.GetBytes($"key-{n}-{new string('x', n % 40)}")), []];

    private enum Op
    {
        Update,
        UpdateTwo,
        UpdateAndUndo,
        Freeze,
        EncodeFrozen,
    }

    [Fact]
    public void Table_AnyOperations_EqualsADictionaryAndFrozenFormsDoNotChange() =>
        Gen.Select(Gen.Enum<Op>(), Gen.Int[0, Keys.Length - 1], Gen.Int[0, Keys.Length - 1], Gen.Long[-5, 5]).Array[0, 600].Sample(RunModel, iter: 200);

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(int.MaxValue)]
    public void Restore_WithOtherRanges_LosesAndDoublesNothing(int softLimitBytes)
    {
        var table = Table(KeyGroupRange.All);
        var model = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var n = 0; n < Keys.Length; n++)
        {
            Update(table, model, Keys[n], n);
        }

        var parts = Encode(table.Freeze(), softLimitBytes);
        foreach (var tasks in new[] { 1, 2, 3, 7, 128 })
        {
            var restored = Enumerable.Range(0, tasks).Select(task => KeyGroups.RangeOf(task, tasks)).Select(range => (Range: range, Table: Table(range))).ToList();
            foreach (var (range, part) in restored)
            {
                parts.ForEach(bytes => part.Restore(bytes, range));
            }

            ShouldBeEqual(Read(restored.Select(one => one.Table)), model);
        }
    }

    [Fact]
    public async Task Freeze_EncodedOnAnotherThread_IsTheStateOfTheCut()
    {
        var table = Table(KeyGroupRange.All);
        var model = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var cut = 0; cut < 20; cut++)
        {
            var expected = new Dictionary<string, long>(model, StringComparer.Ordinal);
            var frozen = table.Freeze();
            var encoding = Task.Run(() => Encode(frozen, 1_000), TestContext.Current.CancellationToken);
            for (var n = 0; n < 3_000; n++)
            {
                Update(table, model, Encoding.UTF8.GetBytes($"{cut * n % 2_000}"), 1);
            }

            ShouldBeEqual(Decode(await encoding), expected);
        }
    }

    [Fact]
    public void Restore_EveryTruncation_IsRefused()
    {
        var part = Sample();
        for (var length = 0; length < part.Length; length++)
        {
            var cut = part[..length];
            Should.Throw<InvalidDataException>(() => Table(KeyGroupRange.All).Restore(cut, KeyGroupRange.All), $"{length} of {part.Length} bytes");
        }
    }

    [Fact]
    public void Restore_AnyDamage_IsRefusedOrReadAndNeverElse()
    {
        var part = Sample();
        Gen.Select(Gen.Int[0, part.Length - 1], Gen.Byte).Array[1, 4].Sample(
            damage =>
            {
                var bytes = part.ToArray();
                foreach (var (at, value) in damage)
                {
                    bytes[at] = value;
                }

                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Table(KeyGroupRange.All).Restore(bytes, KeyGroupRange.All);
                }
                catch (InvalidDataException)
                {
                    // Refused.
                }

                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000, "a count or length was believed");
            },
            iter: 3_000);
    }

    [Fact]
    public void Restore_NewerVersion_IsRefusedNamingBoth()
    {
        var part = Encode(Table(KeyGroupRange.All, new Versioned(3)).Freeze(), int.MaxValue)[0];
        Should.Throw<InvalidDataException>(() => Table(KeyGroupRange.All, new Versioned(2)).Restore(part, KeyGroupRange.All))
            .Message.ShouldBe("written by version 3 of serializer 'versioned', this program has version 2");
    }

    [Fact]
    public void Restore_OlderVersion_IsRead()
    {
        var old = Table(KeyGroupRange.All, new Versioned(1));
        Update(old, [], Keys[5], 42);
        var table = Table(KeyGroupRange.All, new Versioned(2));
        Encode(old.Freeze(), int.MaxValue).ForEach(part => table.Restore(part, KeyGroupRange.All));
        ValueOf(table, Keys[5]).ShouldBe(43);
    }

    [Fact]
    public void Restore_OfAnotherSerializer_IsRefusedNamingBoth()
    {
        var part = Encode(Table(KeyGroupRange.All, new Versioned(1, "mine")).Freeze(), int.MaxValue)[0];
        Should.Throw<InvalidDataException>(() => Table(KeyGroupRange.All).Restore(part, KeyGroupRange.All))
            .Message.ShouldBe("written by serializer 'mine', this program has 'int64'");
    }

    [Fact]
    public void Restore_TheSamePartTwice_IsRefused()
    {
        var table = Table(KeyGroupRange.All);
        table.Restore(Sample(), KeyGroupRange.All);
        Should.Throw<InvalidDataException>(() => table.Restore(Sample(), KeyGroupRange.All)).Message.ShouldContain("twice");
    }

    [Fact]
    public void Restore_UnkeyedState_IsRefused()
    {
        var part = Encode(new TaskValue<long>("sum", Monoid.Sum<long>(), Serde.Int64).Freeze(), int.MaxValue)[0];
        Should.Throw<InvalidDataException>(() => Table(KeyGroupRange.All).Restore(part, KeyGroupRange.All));
    }

    [Fact]
    public void Select_KeyOfAnotherTask_IsRefused()
    {
        var hash = KeyGroups.Hash(Keys[1]);
        var other = KeyGroups.Of(hash) == 0 ? new KeyGroupRange(1, 2) : new KeyGroupRange(0, 1);
        Should.Throw<InvalidOperationException>(() => Table(other).Select(hash, Keys[1]));
    }

    [Fact]
    public void Value_OfAnAbsentKey_IsZeroAndAddsNothing()
    {
        var table = Table(KeyGroupRange.All);
        ValueOf(table, Keys[3]).ShouldBe(0);
        Decode(Encode(table.Freeze(), int.MaxValue)).ShouldBeEmpty();
    }

    private static void RunModel((Op Op, int First, int Second, long Amount)[] operations)
    {
        var table = Table(KeyGroupRange.All);
        var model = new Dictionary<string, long>(StringComparer.Ordinal);
        var frozen = new List<(IFrozenState State, Dictionary<string, long> Model)>();
        foreach (var (op, first, second, amount) in operations)
        {
            switch (op)
            {
                case Op.Update:
                    Update(table, model, Keys[first], amount);
                    break;
                case Op.UpdateTwo:
                    Update(table, model, Keys[first], amount, Keys[second]);
                    break;
                case Op.UpdateAndUndo:
                    Update(table, new Dictionary<string, long>(model, StringComparer.Ordinal), Keys[first], amount, Keys[second], Keys[first]);
                    table.Undo();
                    break;
                case Op.Freeze:
                    frozen.Add((table.Freeze(), new Dictionary<string, long>(model, StringComparer.Ordinal)));
                    break;
                case Op.EncodeFrozen when frozen.Count > 0:
                    ShouldBeEqual(Decode(Encode(frozen[first % frozen.Count].State, 100)), frozen[first % frozen.Count].Model);
                    break;
            }
        }

        ShouldBeEqual(Read([table]), model);
        frozen.ForEach(one => ShouldBeEqual(Decode(Encode(one.State, int.MaxValue)), one.Model));
    }

    private static void Update(KeyedTable<long> table, Dictionary<string, long> model, byte[] key, long amount, params byte[][] more)
    {
        table.BeginRecord();
        foreach (var one in more.Prepend(key))
        {
            table.Select(KeyGroups.Hash(one), one);
            var name = Encoding.UTF8.GetString(one);
            table.Value.ShouldBe(model.GetValueOrDefault(name));
            table.Value += amount;
            table.Value += 1;
            model[name] = table.Value;
        }
    }

    private static void ShouldBeEqual(Dictionary<string, long> actual, Dictionary<string, long> expected)
    {
        actual.Count.ShouldBe(expected.Count);
        foreach (var (key, value) in expected)
        {
            actual.GetValueOrDefault(key, long.MinValue).ShouldBe(value, key);
        }
    }

    private static byte[] Sample()
    {
        var table = Table(KeyGroupRange.All);
        for (var n = 0; n < 30; n++)
        {
            Update(table, [], Keys[n], n);
        }

        return Encode(table.Freeze(), int.MaxValue)[0];
    }

    private static KeyedTable<long> Table(KeyGroupRange range, Serde<long>? serde = null) => new("count", 0, serde ?? Serde.Int64, range);

    private static long ValueOf(KeyedTable<long> table, byte[] key)
    {
        table.BeginRecord();
        table.Select(KeyGroups.Hash(key), key);
        return table.Value;
    }

    private static List<byte[]> Encode(IFrozenState frozen, int softLimitBytes)
    {
        var parts = new List<byte[]>();
        for (var group = frozen.Range.Start; group < frozen.Range.End;)
        {
            var buffer = new ArrayBufferWriter<byte>();
            var next = frozen.Encode(group, buffer, softLimitBytes);
            next.ShouldBeGreaterThan(group, "it must get on");
            parts.Add(buffer.WrittenSpan.ToArray());
            group = next;
        }

        return parts;
    }

    private static Dictionary<string, long> Decode(List<byte[]> parts)
    {
        var table = Table(KeyGroupRange.All);
        parts.ForEach(part => table.Restore(part, KeyGroupRange.All));
        return Read([table]);
    }

    private static Dictionary<string, long> Read(IEnumerable<KeyedTable<long>> tables)
    {
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            foreach (var (key, value) in table.Entries())
            {
                found.Add(Encoding.UTF8.GetString(key.Span), value);
            }
        }

        return found;
    }
}
