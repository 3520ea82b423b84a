using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Coordination;

/// <summary>Whether a program may go on with the state of a job: only with the plan that the state was made by.</summary>
internal static class PlanComparison
{
    /// <summary>Why a program with that plan is refused, and how to mend it; null: it is not.</summary>
    public static string? Refusal(Plan ours, Plan theirs) =>
        Difference(ours, theirs) is { } difference ? $"{difference}; start with --fresh to begin anew, without the old state" : null;

    /// <summary>The first difference that matters, naming both sides; null where the plans are one. Parallelism and the checkpoint interval may differ.</summary>
    public static string? Difference(Plan ours, Plan theirs)
    {
        if (ours.Equals(theirs))
        {
            return null;
        }

        if (ours.Job != theirs.Job)
        {
            return $"the state is of job '{ours.Job}', the program is '{theirs.Job}'";
        }

        var mine = ours.Stages.SelectMany(stage => stage.Steps.Select(step => (Stage: stage, Step: step))).ToList();
        var other = theirs.Stages.SelectMany(stage => stage.Steps.Select(step => (Stage: stage, Step: step))).ToList();
        foreach (var (_, step) in mine)
        {
            var match = other.Find(candidate => candidate.Step.Name == step.Name).Step;
            if (match is null)
            {
                return $"step '{step.Name}' of the state is missing in the program";
            }

            if (DifferenceOf(step, match) is { } difference)
            {
                return difference;
            }
        }

        foreach (var (_, step) in other)
        {
            if (!mine.Exists(candidate => candidate.Step.Name == step.Name))
            {
                return $"step '{step.Name}' of the program is not in the state";
            }
        }

        if (!ours.Edges.SequenceEqual(theirs.Edges) || !ours.Stages.Select(Shape).SequenceEqual(theirs.Stages.Select(Shape)))
        {
            return "the steps are joined in another way";
        }

        return ours.Systems.SequenceEqual(theirs.Systems) ? null : $"outputs go to {Systems(theirs)}, the state's to {Systems(ours)}";
    }

    private static string? DifferenceOf(Step mine, Step other)
    {
        if (mine.Resource != other.Resource)
        {
            return $"step '{mine.Name}' has '{other.Resource}', the state was made with '{mine.Resource}'";
        }

        if (mine.Delivery != other.Delivery)
        {
            return $"step '{mine.Name}' delivers {Name(other.Delivery)}, the state was made with {Name(mine.Delivery)}";
        }

        if (mine.State != other.State)
        {
            return $"step '{mine.Name}' has state '{other.State}', the stored one is '{mine.State}'";
        }

        return mine.Kind == other.Kind ? null : $"step '{mine.Name}' is a {other.Kind}, the state's is a {mine.Kind}";
    }

    private static string Name(Delivery delivery) => delivery == Delivery.AtLeastOnce ? "at least once" : "exactly once";

    private static string Shape(Stage stage) => $"{stage.Name} {stage.Role} {string.Join(' ', stage.Steps.Select(step => step.Name))}";

    private static string Systems(Plan plan) => string.Join(", ", plan.Systems.Select(system => $"'{system.System}' ({system.Publishers})"));
}
