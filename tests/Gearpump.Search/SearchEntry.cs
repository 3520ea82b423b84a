using Gearpump.Search.Exploration;

namespace Gearpump.Search;

/// <summary>For callers who have loaded this assembly beside an engine of their own, and so cannot name its types.</summary>
public static class SearchEntry
{
    /// <summary>Searches a scenario at the small bounds. Returns what broke, null where nothing did, and the report.</summary>
    public static (string? Violation, string Report) Run(string scenario)
    {
        var result = Scenarios.All(large: false).Concat(Scenarios.ForPlants()).Single(candidate => candidate.Name == scenario).Search(new SearchLimits());
        return (result.Violation, result.ToString());
    }
}
