namespace Gearpump.Engine.Work;

/// <summary>Which incarnation of the job something belongs to.</summary>
internal sealed record EpochIdentity(string Instance, long Epoch);
