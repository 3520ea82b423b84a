using System.Diagnostics;
using System.Globalization;
using Gearpump.PlantedBugs;
using Gearpump.PlantedBugs.Catalogue;

// The table of all planted bugs, as markdown: --plants. Of some: --only TEXT, a part of their names; --seeds N: N times as many
// seeds, those included that are hidden by another guard; --told: the failures too.
var only = "";
var factor = 1;
var failures = false;
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--plants":
            break;
        case "--only" when i + 1 < args.Length:
            only = args[++i];
            break;
        case "--seeds" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out factor) && factor > 0:
            i++;
            break;
        case "--told":
            failures = true;
            break;
        default:
            Console.Error.WriteLine($"'{args[i]}' is not understood: --plants [--only PART-OF-A-NAME] [--seeds FACTOR] [--told]");
            return 78;
    }
}

var watch = Stopwatch.StartNew();
var bugs = Bugs.All.Where(bug => bug.Name.Contains(only, StringComparison.OrdinalIgnoreCase) || bug.Area.Contains(only, StringComparison.OrdinalIgnoreCase)).ToList();
var hunt = new Hunt(new MutantCompiler());
var results = hunt.Run(bugs, factor, result => Console.Error.WriteLine(
    $"{result.Took.TotalSeconds,5:F1} s {result.Seeds,5} {result.Oracle ?? (result.Bug.HiddenBy is null ? "SURVIVES" : "hidden"),-20} {result.Bug.Name}{(failures || result.IsHole ? $": {result.Told}" : "")}"));
Console.WriteLine(PlantTable.Of(results));
var control = hunt.Control(results);
Console.Error.WriteLine(control ?? "control: the product as it is passes the same seeds");
Console.Error.WriteLine($"{bugs.Count} bugs, {results.Count(static result => result.IsHole)} not noticed, {watch.Elapsed.TotalSeconds:F0} s");
return control is null && !results.Any(static result => result.IsHole) ? 0 : 1;
