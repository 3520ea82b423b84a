namespace Gearpump.Testing.Kafka;

/// <summary>A request of Kafka's protocol: which one, in which version, and its body.</summary>
internal readonly record struct WireRequest(short Api, short Version, WireWriter Body);
