using Confluent.Kafka;

namespace Gearpump.Kafka;

/// <summary>Which of Kafka's answers waiting does not mend.</summary>
internal static class KafkaErrors
{
    public static bool IsForGood(this Error error) => error.Code is
        ErrorCode.UnknownTopicOrPart or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed
        or ErrorCode.ClusterAuthorizationFailed or ErrorCode.InvalidTransactionTimeout or ErrorCode.TransactionalIdAuthorizationFailed
        or ErrorCode.SaslAuthenticationFailed or ErrorCode.TopicException or ErrorCode.Local_Authentication or ErrorCode.Local_UnknownTopic
        or ErrorCode.Local_UnknownPartition;

    /// <summary>A refusal, or trouble that may pass.</summary>
    public static Exception ToException(this Error error, string doing, Exception? inner = null) => error.IsForGood()
        ? new RefusedException($"{doing}: {error.Reason} ({error.Code}); check topic, user, secret and rights", inner)
        : new IOException($"{doing}: {error.Reason} ({error.Code})", inner);
}
