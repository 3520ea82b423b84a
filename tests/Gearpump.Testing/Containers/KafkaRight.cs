using Confluent.Kafka.Admin;

namespace Gearpump.Testing.Containers;

/// <summary>An operation on a topic, or on all transactional ids of a job.</summary>
public sealed record KafkaRight(ResourcePattern Pattern, AclOperation Operation)
{
    // Confluent.Kafka passes the number on to its native library, which knows transactional ids; its own enumeration does not.
    private const ResourceType TransactionalId = (ResourceType)5;

    public static KafkaRight Topic(string topic, AclOperation operation) =>
        new(new ResourcePattern { Type = ResourceType.Topic, Name = topic, ResourcePatternType = ResourcePatternType.Literal }, operation);

    public static KafkaRight Transactions(string job, AclOperation operation) =>
        new(new ResourcePattern { Type = TransactionalId, Name = $"{job}/", ResourcePatternType = ResourcePatternType.Prefixed }, operation);

    public override string ToString() => $"{Operation} on {Pattern.Name}";
}
