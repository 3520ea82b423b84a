using System.Text;
using Gearpump.Engine.Log;
using Gearpump.Files;
using Gearpump.Hosting.Options;
using Gearpump.Hosting.Stores;
using Gearpump.Protocol.V1;
using Gearpump.Storage;

namespace Gearpump.Hosting.Launch;

/// <summary>A job as its state shows it, without any of its processes.</summary>
/// <param name="Instance">The current instance.</param>
/// <param name="Ended">It has read all its input, and owes nothing.</param>
public sealed record JobState(string Instance, bool Ended)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Null where the folder holds no such job.</summary>
    public static JobState? Read(string stateFolder, string job) => ReadAsync(new FolderObjectStore(stateFolder), job).GetAwaiter().GetResult();

    /// <summary>Null where the state that the options name holds no such job.</summary>
    /// <exception cref="IOException">It does not answer.</exception>
    public static Task<JobState?> ReadAsync(GearpumpOptions options, string job) => ReadAsync(JobStore.Open(options), job);

    private static async Task<JobState?> ReadAsync(IObjectStore store, string job)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var instances = await NumberedAsync(store, StoreKeys.Instances(job), deadline.Token).ConfigureAwait(false);
        if (instances.Count == 0 || await store.GetAsync(instances[^1], deadline.Token).ConfigureAwait(false) is not { } name)
        {
            return null;
        }

        // Terms tell of coordinators and not of the job.
        var instance = Encoding.UTF8.GetString(name);
        var entries = await NumberedAsync(store, StoreKeys.Log(job, instance), deadline.Token).ConfigureAwait(false);
        LogEntry? last = null;
        for (var at = entries.Count - 1; at >= 0 && last is null or { BodyCase: LogEntry.BodyOneofCase.TermStarted }; at--)
        {
            last = await store.GetAsync(entries[at], deadline.Token).ConfigureAwait(false) is { } bytes ? LogEntry.Parser.ParseFrom(bytes) : last;
        }

        return new JobState(instance, last?.BodyCase == LogEntry.BodyOneofCase.Ended);
    }

    private static async Task<IReadOnlyList<string>> NumberedAsync(IObjectStore store, string prefix, CancellationToken cancellation) =>
        (await store.ListAsync(prefix, null, cancellation).ConfigureAwait(false)).Where(static key => StoreKeys.TryLastNumber(key, out _)).ToList();
}
