using Gearpump.Graph;

namespace Gearpump;

/// <summary>What a program says about its job beside the graph. Configuration may override each.</summary>
public sealed class GearpumpBuilder(string job, Action<GraphBuilder> graph)
{
    internal JobSettings Settings { get; private set; } = new();

    internal string Job => job;

    /// <summary>Outputs are published once each, with the cut that they belong to.</summary>
    public GearpumpBuilder UseExactlyOnce(TimeSpan? checkpointEvery = null) => Use(Delivery.ExactlyOnce, checkpointEvery);

    /// <summary>Outputs are written at once, and again after a rollback. State is exact all the same.</summary>
    public GearpumpBuilder UseAtLeastOnce(TimeSpan? checkpointEvery = null) => Use(Delivery.AtLeastOnce, checkpointEvery);

    /// <summary>What happens to a record that cannot be read or that user code rejects. Default: it goes to the dead letters.</summary>
    public GearpumpBuilder OnBadInput(BadInput way) => Configure(settings => settings with { BadInput = way });

    /// <summary>Changes any setting.</summary>
    public GearpumpBuilder Configure(Func<JobSettings, JobSettings> change)
    {
        Settings = change(Settings);
        return this;
    }

    /// <summary>The plan in plain text.</summary>
    public string Describe() => Build(Settings).Describe();

    internal JobGraph Build(JobSettings settings)
    {
        var builder = new GraphBuilder(job);
        graph(builder);
        return builder.Build(settings);
    }

    private GearpumpBuilder Use(Delivery delivery, TimeSpan? checkpointEvery)
    {
        Settings = Settings with { Delivery = delivery, CheckpointInterval = checkpointEvery ?? Settings.CheckpointInterval };
        return this;
    }
}
