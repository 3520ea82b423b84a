using Gearpump.Search.Exploration;

namespace Gearpump.Search;

/// <summary>Something to search.</summary>
internal sealed record Scenario(string Name, Func<SearchWorld> Create)
{
    public SearchResult Search(SearchLimits limits) => new BreadthFirstSearch(Name, Create, limits).Run();
}
