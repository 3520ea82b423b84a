namespace Gearpump.Search.Exploration;

/// <summary>A whole system at one moment: what may happen next, and what follows. It is copied before a choice is taken.</summary>
internal abstract class SearchWorld
{
    /// <summary>What an invariant or an oracle says against this state; null: nothing.</summary>
    public string? Violation { get; private set; }

    /// <summary>All is done: nothing has to happen any more.</summary>
    public abstract bool IsTerminal { get; }

    /// <summary>Everything that may happen next, in an order that depends on the state alone.</summary>
    public abstract void Choices(List<Choice> into);

    public abstract void Take(Choice choice);

    /// <summary>The choice in words, asked before it is taken.</summary>
    public abstract string Describe(Choice choice);

    /// <summary>The state in a few words, for the end of a path.</summary>
    public abstract string Summary();

    /// <summary>The first violation stays.</summary>
    public void Fail(string violation) => Violation ??= violation;
}
