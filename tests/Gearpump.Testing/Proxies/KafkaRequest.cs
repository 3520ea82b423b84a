namespace Gearpump.Testing.Proxies;

/// <summary>A request on its way to a broker.</summary>
/// <param name="Api">Its number in Kafka's protocol.</param>
/// <param name="Client">The client.id with which it came.</param>
public sealed record KafkaRequest(KafkaApi Api, string Client);
