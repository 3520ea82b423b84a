using Gearpump.Protocol.V1;

namespace Gearpump.Engine.Log;

/// <summary>What a coordinator needs of the log when it begins.</summary>
/// <param name="Instance">The current instance.</param>
/// <param name="Number">Its number among the job's instances.</param>
/// <param name="Entries">The entries from the oldest kept manifest to the newest, by index; all of them where there is no manifest yet.</param>
internal sealed record LogContents(string Instance, long Number, IReadOnlyList<(long Index, LogEntry Entry)> Entries);
