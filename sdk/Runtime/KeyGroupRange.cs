namespace Gearpump.Runtime;

/// <summary>Key groups from <paramref name="Start"/> (included) to <paramref name="End"/> (excluded).</summary>
public readonly record struct KeyGroupRange(int Start, int End)
{
    public static KeyGroupRange All => new(0, KeyGroups.Count);

    public bool Contains(int group) => group >= Start && group < End;

    public bool Overlaps(KeyGroupRange other) => Start < other.End && other.Start < End;

    public override string ToString() => $"{Start}-{End}";
}
