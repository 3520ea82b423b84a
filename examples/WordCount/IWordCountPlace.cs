using Gearpump.Hosting.Launch;

namespace Gearpump.Examples.WordCount;

/// <summary>Where the words come from and the counts go to, seen without the engine.</summary>
internal interface IWordCountPlace
{
    /// <summary>Where committed updates are, for people.</summary>
    string Committed { get; }

    /// <summary>The input's lines, once.</summary>
    IEnumerable<string> InputLines();

    /// <summary>The last committed count of each word.</summary>
    Dictionary<string, long> Counts(string instance);

    /// <summary>Chaos with enough input for it.</summary>
    ChaosOptions NewChaos();
}
