namespace Gearpump.Graph;

/// <summary>A step, for the plan and for people.</summary>
/// <param name="Name">Stable, unique in the job: the identity of the step's state.</param>
/// <param name="Kind">"source", "map", "process", "output" …</param>
/// <param name="State">The schema of its state (monoid and serializer, with version); empty where it has none.</param>
/// <param name="Resource">What it reads or writes outside; empty otherwise. Part of the plan: another one is refused.</param>
public sealed record StepDescription(string Name, string Kind, string State = "", string Resource = "");
