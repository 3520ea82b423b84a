using Gearpump.Simulation.Core;
using Shouldly;
using Xunit;

namespace Gearpump.Simulation.Tests;

public sealed class SimRandomTests
{
    [Fact]
    public void Next_SameSeed_SameNumbers()
    {
        var a = new SimRandom(3);
        var b = new SimRandom(3);

        Enumerable.Range(0, 100).Select(_ => a.Next()).ShouldBe(Enumerable.Range(0, 100).Select(_ => b.Next()));
    }

    [Fact]
    public void Below_ManyDraws_CoversTheRangeAndNothingElse()
    {
        var random = new SimRandom(1);
        var drawn = Enumerable.Range(0, 1_000).Select(_ => random.Below(7)).ToHashSet();

        drawn.Order().ShouldBe([0, 1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void PerMille_ZeroAndThousand_NeverAndAlways()
    {
        var random = new SimRandom(1);

        Enumerable.Range(0, 100).Any(_ => random.PerMille(0)).ShouldBeFalse();
        Enumerable.Range(0, 100).All(_ => random.PerMille(1_000)).ShouldBeTrue();
    }
}
