using Gearpump.Search;

// Searches all scenarios, or one: [--scenario NAME] [--bounds small|large]
string? name = null;
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
        default:
            Console.Error.WriteLine($"'{args[at]}' is not understood: [--scenario NAME] [--bounds small|large]");
            return 78;
    }
}

var failed = 0;
foreach (var scenario in Scenarios.All(large: bounds == "large").Where(scenario => name is null || scenario.Name == name))
{
    var result = scenario.Search(Scenarios.Limits(bounds == "large"));
    Console.WriteLine(result);
    failed += result.Ok ? 0 : 1;
}

return failed == 0 ? 0 : 1;
