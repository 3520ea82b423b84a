using System.Globalization;
using Gearpump.Search;

// Searches all scenarios, or one: [--scenario NAME] [--bounds small|large] [--states MOST]
string? name = null;
long? states = null;
var bounds = "small";
for (var at = 0; at < args.Length; at++)
{
    switch (args[at])
    {
        case "--scenario" when at + 1 < args.Length:
            name = args[++at];
            break;
        case "--bounds" when at + 1 < args.Length && args[at + 1] is "small" or "large":
            bounds = args[++at];
            break;
        case "--states" when at + 1 < args.Length && long.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var most):
            (states, at) = (most, at + 1);
            break;
        default:
            Console.Error.WriteLine($"'{args[at]}' is not understood: [--scenario NAME] [--bounds small|large] [--states MOST]");
            return 78;
    }
}

var failed = 0;
foreach (var scenario in Scenarios.All(large: bounds == "large").Where(scenario => name is null || scenario.Name == name))
{
    var limits = Scenarios.Limits(bounds == "large");
    var result = scenario.Search(limits with { States = states ?? limits.States, Progress = Console.Error.WriteLine });
    Console.WriteLine(result);
    failed += result.Ok ? 0 : 1;
}

return failed == 0 ? 0 : 1;
