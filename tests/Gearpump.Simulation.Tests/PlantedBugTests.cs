using System.Diagnostics;
using Gearpump.PlantedBugs;
using Gearpump.PlantedBugs.Catalogue;
using Shouldly;
using Xunit;

namespace Gearpump.Simulation.Tests;

/// <summary>
/// A simulator that finds nothing proves nothing: the engine is compiled again and again, each time with one guard taken away,
/// and an oracle must notice it.
/// </summary>
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    [Fact]
    public void Run_EachPlantedBug_IsNoticedByAnOracle()
    {
        var watch = Stopwatch.StartNew();
        var hunt = new Hunt(new MutantCompiler());

        var results = hunt.Run(Bugs.All);

        output.WriteLine($"{results.Count} planted bugs in {watch.Elapsed.TotalSeconds:F0} s{Environment.NewLine}{PlantTable.Of(results)}");
        results.Where(static result => result.IsHole).Select(static result => $"{result.Bug.Name}, {result.Seeds} seeds: {result.Told}").ShouldBeEmpty();
        hunt.Control(results).ShouldBeNull();
    }

    [Fact]
    public void All_Names_AreManyAndUnique()
    {
        Bugs.All.Count.ShouldBeGreaterThan(60);
        Bugs.All.Select(static bug => bug.Name).Distinct(StringComparer.Ordinal).Count().ShouldBe(Bugs.All.Count);
    }

    [Fact]
    public void Compile_TextThatIsNotThere_NamesTheBug()
    {
        var bug = new PlantedBug("none", "of-yesterday", "nothing") { Edits = [new("engine/Timers.cs", "what stood here yesterday", "")] };

        Should.Throw<CatalogueException>(() => new MutantCompiler().Compile(bug)).Message.ShouldContain("of-yesterday");
    }
}
