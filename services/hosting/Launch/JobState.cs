using Gearpump.Engine.Log;
using Gearpump.Protocol.V1;

namespace Gearpump.Hosting.Launch;

/// <summary>A job as its state folder shows it, without any of its processes.</summary>
/// <param name="Instance">The current instance.</param>
/// <param name="Ended">It has read all its input, and owes nothing.</param>
public sealed record JobState(string Instance, bool Ended)
{
    /// <summary>Null where the folder holds no such job.</summary>
    public static JobState? Read(string stateFolder, string job)
    {
        var instances = Path.Combine(stateFolder, job, "instances");
        var newest = Directory.Exists(instances) ? Directory.EnumerateFiles(instances).Where(path => StoreKeys.TryLastNumber(path.Replace('\\', '/'), out _)).Max(StringComparer.Ordinal) : null;
        if (newest is null)
        {
            return null;
        }

        var instance = File.ReadAllText(newest);
        var log = Path.Combine(stateFolder, job, instance, "log");
        var entries = Directory.Exists(log) ? Directory.EnumerateFiles(log).Where(path => StoreKeys.TryLastNumber(path.Replace('\\', '/'), out _)).OrderDescending(StringComparer.Ordinal) : Enumerable.Empty<string>();
        var last = entries.Select(path => LogEntry.Parser.ParseFrom(File.ReadAllBytes(path))).FirstOrDefault(entry => entry.BodyCase != LogEntry.BodyOneofCase.TermStarted);
        return new JobState(instance, last?.BodyCase == LogEntry.BodyOneofCase.Ended);
    }
}
