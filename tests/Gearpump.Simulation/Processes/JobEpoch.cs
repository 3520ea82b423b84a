namespace Gearpump.Simulation.Processes;

/// <summary>An epoch of one instance of the job: another instance counts them anew.</summary>
internal readonly record struct JobEpoch(string Instance, long Epoch)
{
    // The dictionaries of oracles are asked for every record: an epoch's number tells nearly all apart.
    public override int GetHashCode() => Epoch.GetHashCode();

    public override string ToString() => $"{Epoch} of {Instance}";
}
