using Gearpump.Graph;

namespace Gearpump.Search.Worlds;

/// <summary>How large a search over channels is.</summary>
/// <param name="Graph">Every stage runs as one task, on a worker of its own: so every channel has a call of its own.</param>
/// <param name="Records">Of each source.</param>
/// <param name="CreditRecords">What a receiver reserves for a channel.</param>
/// <param name="BatchRecords">Records that close a batch.</param>
/// <param name="Cuts">How many cuts are taken.</param>
/// <param name="Breaks">How many calls are cut, anywhere.</param>
/// <param name="Lingers">Batches that are not full are sent, and watermarks alone; otherwise batches are closed by their count only.</param>
internal sealed record ChannelBounds(JobGraph Graph, int Records, int CreditRecords, int BatchRecords, int Cuts, int Breaks, bool Lingers);
