namespace Gearpump.Engine.Channels;

/// <summary>What travels upstream: all absolute since the epoch began, so losing one loses nothing.</summary>
public readonly record struct Feedback(
    int Channel,
    long Received,
    long Acked,
    long AckedRecords,
    long CreditRecords,
    long CreditBytes);
