namespace Gearpump.Engine.Channels;

/// <summary>The receiver's answer to a hello.</summary>
/// <param name="Kind">Accepted, refused for good, or not yet.</param>
/// <param name="Reason">Where it is not accepted: why, naming both sides' values.</param>
/// <param name="Resume">Where it is accepted: every channel of the call, as the receiver knows it.</param>
public sealed record HelloVerdict(HelloVerdictKind Kind, string Reason, IReadOnlyList<Feedback> Resume);
