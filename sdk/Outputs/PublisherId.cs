namespace Gearpump.Outputs;

/// <summary>Who publishes: the same over restarts and over any number of tasks.</summary>
public readonly record struct PublisherId(string Job, string Instance, int Number)
{
    public override string ToString() => $"{Job}/{Instance}/{Number}";
}
