using Xunit;

namespace Gearpump.Search.Tests;

/// <summary>Searches run one after the other: each takes every core, and much memory.</summary>
[CollectionDefinition(Name)]
public sealed class SearchCollection
{
    public const string Name = "searches";
}
