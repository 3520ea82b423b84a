using Gearpump.Simulation.Core;
using Shouldly;
using Xunit;

namespace Gearpump.Simulation.Tests;

public sealed class SimSchedulerTests
{
    [Fact]
    public void RunNext_EventsOutOfOrder_RunsThemByTime()
    {
        var scheduler = new SimScheduler(new SimRandom(1), new SimTrace(null));
        var order = new List<long>();
        foreach (var at in new long[] { 5, 1, 3 })
        {
            scheduler.At(at, null, "event", () => order.Add(scheduler.NowMs));
        }

        while (scheduler.RunNext())
        {
        }

        order.ShouldBe([1, 3, 5]);
    }

    [Fact]
    public void RunNext_SameTime_OrderDependsOnTheSeed()
    {
        var orders = Enumerable.Range(1, 20).Select(seed =>
        {
            var scheduler = new SimScheduler(new SimRandom((ulong)seed), new SimTrace(null));
            var order = "";
            foreach (var name in "abc")
            {
                scheduler.At(1, null, "event", () => order += name);
            }

            while (scheduler.RunNext())
            {
            }

            return order;
        });

        orders.Distinct().Count().ShouldBeGreaterThan(1);
    }
}
