using Gearpump.Search.Copying;
using Shouldly;
using Xunit;

namespace Gearpump.Search.Tests;

public sealed class WorldCopierTests
{
    [Fact]
    public void Copy_Closure_ChangesTheCopyOnly()
    {
        var machine = new Machine();
        var copy = new WorldCopier().Copy(machine);

        copy.Pending.Dequeue()();

        (machine.Count, copy.Count).ShouldBe((0, 1));
        machine.Pending.Count.ShouldBe(1);
    }

    [Fact]
    public void Copy_SharedObject_IsSharedInTheCopyToo()
    {
        var list = new List<int> { 1 };
        var copy = new WorldCopier().Copy(new[] { list, list });

        copy[0].ShouldBeSameAs(copy[1]);
        copy[0].ShouldNotBeSameAs(list);
    }

    [Fact]
    public void Copy_StructsWithReferences_AreCopied()
    {
        var entries = new Dictionary<string, (List<int> Values, int Number)> { ["a"] = ([1], 2) };
        var copy = new WorldCopier().Copy(entries);

        copy["a"].Values.Add(5);

        entries["a"].Values.ShouldBe([1]);
        copy["a"].Number.ShouldBe(2);
    }

    [Fact]
    public void Fingerprint_Copy_IsEqual()
    {
        var machine = new Machine();

        new Fingerprinter().Of(new WorldCopier().Copy(machine)).ShouldBe(new Fingerprinter().Of(machine));
    }

    [Fact]
    public void Fingerprint_OtherPendingCall_Differs()
    {
        var (one, other) = (new Machine(), new Machine());
        other.Pending.Dequeue();
        other.Pending.Enqueue(() => other.Count--);

        new Fingerprinter().Of(other).ShouldNotBe(new Fingerprinter().Of(one));
    }

    [Fact]
    public void Fingerprint_TableWithAnotherPast_IsEqual()
    {
        var one = new Dictionary<int, string> { [1] = "a", [2] = "b" };
        var other = new Dictionary<int, string>(100) { [7] = "x", [8] = "y" };
        other.Remove(8);
        other.Remove(7);
        other[1] = "a";
        other[2] = "b";

        new Fingerprinter().Of(other).ShouldBe(new Fingerprinter().Of(one));
    }

    [Fact]
    public void Fingerprint_TwoEqualListsOrOneTwice_Differs()
    {
        var list = new List<int> { 1 };

        new Fingerprinter().Of(new[] { list, list }).ShouldNotBe(new Fingerprinter().Of(new[] { list, new List<int> { 1 } }));
    }

    private sealed class Machine
    {
        public Machine() => Pending.Enqueue(() => Count++);

        public int Count { get; set; }

        public Queue<Action> Pending { get; } = new();
    }
}
