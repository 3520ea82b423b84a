using System.Globalization;
using System.Text;

namespace Gearpump.Search.Exploration;

/// <summary>What a search came to.</summary>
/// <param name="Violation">Null: every state was visited, and none broke anything.</param>
/// <param name="Path">The shortest way to the violation, one line a step.</param>
/// <param name="Complete">False: the bound on states was reached first.</param>
/// <param name="Replayed">States that were reached a second time, from the beginning and without copies, and were the same.</param>
internal sealed record SearchResult(
    string Scenario, long States, long Transitions, int Depth, long Terminals, double Seconds, bool Complete, string? Violation, IReadOnlyList<string> Path, long Replayed)
{
    public bool Ok => Violation is null && Complete;

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Scenario}: {States:N0} states, {Transitions:N0} transitions, depth {Depth}, {Terminals:N0} ends, {Seconds:F1} s, {Replayed} replayed");
        if (Violation is not null)
        {
            text.AppendLine().Append("  VIOLATION: ").AppendLine(Violation).Append("  after ").Append(Path.Count).Append(" steps:");
            foreach (var step in Path)
            {
                text.AppendLine().Append("    ").Append(step);
            }
        }
        else if (!Complete)
        {
            text.Append(" (NOT complete: the bound on states was reached)");
        }

        return text.ToString();
    }
}
