using Gearpump.Engine.Work;
using Gearpump.Graph;

namespace Gearpump.Hosting.Roles;

/// <summary>Asks at start what a role reads and writes: what is missing or forbidden is told at once, what is away is waited for.</summary>
internal sealed class OutsideCheck(JobGraph graph, IServiceProvider services, TimeSpan most)
{
    /// <exception cref="ExitException">Something refuses for good (78), or could not be reached in time (69).</exception>
    public async Task RunAsync(string role)
    {
        foreach (var stage in graph.Stages.Where(stage => role == "local" || role == "source" == stage.Source is not null))
        {
            if (stage.Source is { } create)
            {
                var source = create(services);
                await CheckAsync(source.Identity, cancellation => source.CheckAsync(graph.Job, cancellation)).ConfigureAwait(false);
            }

            foreach (var binding in stage.Outputs)
            {
                var output = binding.Create(services);
                await CheckAsync($"output {binding.Step} ({output.System})", cancellation => output.CheckAsync(graph.Job, PlanFactory.DeliveryOf(graph, binding), cancellation)).ConfigureAwait(false);
            }
        }

        if (graph.DeadLetters?.Invoke(services) is { } deadLetters)
        {
            await CheckAsync($"dead letters ({deadLetters.System})", cancellation => deadLetters.CheckAsync(graph.Job, Delivery.ExactlyOnce, cancellation)).ConfigureAwait(false);
        }
    }

    private Task<bool> CheckAsync(string what, Func<CancellationToken, ValueTask> check) => StartUp.ReachAsync(
        what,
        async cancellation =>
        {
            await check(cancellation).ConfigureAwait(false);
            return true;
        },
        most);
}
