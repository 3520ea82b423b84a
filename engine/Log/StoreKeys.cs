using System.Globalization;

namespace Gearpump.Engine.Log;

/// <summary>The names of everything in object storage. Numbers have a fixed width, so that ordinal order is theirs.</summary>
public static class StoreKeys
{
    public static string Instances(string job) => $"{job}/instances/";

    public static string Instance(string job, long number) => $"{job}/instances/{number.ToString("D10", CultureInfo.InvariantCulture)}";

    public static string Log(string job, string instance) => $"{job}/{instance}/log/";

    public static string LogEntry(string job, string instance, long index) =>
        Log(job, instance) + index.ToString("D12", CultureInfo.InvariantCulture);

    public static string Cuts(string job, string instance) => $"{job}/{instance}/cuts/";

    /// <summary>One attempt for each (cut, epoch): an abandoned attempt never shares a name with a later one.</summary>
    public static string CutObject(string job, string instance, long cut, long epoch, string step, string part) =>
        string.Create(CultureInfo.InvariantCulture, $"{job}/{instance}/cuts/{cut:D12}/{epoch:D8}/{step}/{part}");

    /// <summary>The number at the end of an instance's or a log entry's key.</summary>
    public static bool TryLastNumber(string key, out long number) =>
        long.TryParse(key.AsSpan(key.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Cut and epoch of an object below <see cref="Cuts"/>.</summary>
    public static bool TryCutAndEpoch(string key, string prefix, out long cut, out long epoch)
    {
        cut = epoch = 0;
        var parts = key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..].Split('/') : [];
        return parts.Length >= 3
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out cut)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out epoch);
    }
}
