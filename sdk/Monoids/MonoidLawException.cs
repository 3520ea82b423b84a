namespace Gearpump;

/// <summary>A law that a monoid breaks, with the values that show it.</summary>
public sealed class MonoidLawException(string law, string message) : Exception($"{law}: {message}")
{
    /// <summary>"left identity", "right identity", "associativity" or "inverse".</summary>
    public string Law { get; } = law;
}
