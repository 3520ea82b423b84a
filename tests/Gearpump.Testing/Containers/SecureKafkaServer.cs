using System.Security.Cryptography;
using Confluent.Kafka.Admin;
using Confluent.Kafka;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Gearpump.Hosting.Launch;

namespace Gearpump.Testing.Containers;

/// <summary>
/// A real Kafka broker, 4.2.1 in KRaft mode, that asks for user and secret (SASL, PLAIN or SCRAM-SHA-256) and allows nothing that
/// was not given (StandardAuthorizer). Started when a test first asks for it.
/// </summary>
public sealed class SecureKafkaServer() : ContainerServer<IContainer>("Kafka with SASL and ACLs")
{
    /// <summary>May do everything; by PLAIN.</summary>
    public const string Admin = "admin";
    public const string AdminSecret = "admin-secret-4711";
    private const ushort Port = 9092;
    private readonly int _port = LocalPort.Find(Random.Shared);

    /// <summary>host:port of the broker, as Kafka's clients take it.</summary>
    public async Task<string> BootstrapServersAsync() => $"{(await ContainerAsync()).Hostname}:{_port}";

    /// <summary>How the admin reaches it.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AdminSettingsAsync() => SettingsOf(await BootstrapServersAsync(), Admin, AdminSecret, "PLAIN");

    /// <summary>A user of its own for each call, without any rights.</summary>
    public async Task<SecureKafkaUser> NewUserAsync()
    {
        var user = new SecureKafkaUser($"user-{Guid.NewGuid():n}", Convert.ToHexString(RandomNumberGenerator.GetBytes(8)), await AdminSettingsAsync());
        await user.CreateAsync();
        return user;
    }

    internal static Dictionary<string, string> SettingsOf(string bootstrapServers, string user, string secret, string mechanism) => new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = bootstrapServers,
        ["security.protocol"] = "SASL_PLAINTEXT",
        ["sasl.mechanism"] = mechanism,
        ["sasl.username"] = user,
        ["sasl.password"] = secret,
    };

    // Brokers and controller talk without a secret, and so as User:ANONYMOUS; from outside the container only SASL can be reached.
    protected override IContainer Build()
    {
        var host = Environment.GetEnvironmentVariable("TESTCONTAINERS_HOST_OVERRIDE") ?? "localhost";
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KAFKA_NODE_ID"] = "1",
            ["KAFKA_PROCESS_ROLES"] = "broker,controller",
            ["KAFKA_LISTENERS"] = $"OUTSIDE://0.0.0.0:{Port},INSIDE://localhost:9094,CONTROLLER://localhost:9095",
            ["KAFKA_ADVERTISED_LISTENERS"] = $"OUTSIDE://{host}:{_port},INSIDE://localhost:9094",
            ["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] = "OUTSIDE:SASL_PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
            ["KAFKA_INTER_BROKER_LISTENER_NAME"] = "INSIDE",
            ["KAFKA_CONTROLLER_LISTENER_NAMES"] = "CONTROLLER",
            ["KAFKA_CONTROLLER_QUORUM_VOTERS"] = "1@localhost:9095",
            ["KAFKA_SASL_ENABLED_MECHANISMS"] = "PLAIN,SCRAM-SHA-256",
            ["KAFKA_LISTENER_NAME_OUTSIDE_PLAIN_SASL_JAAS_CONFIG"] =
                $"org.apache.kafka.common.security.plain.PlainLoginModule required username=\"{Admin}\" password=\"{AdminSecret}\" user_{Admin}=\"{AdminSecret}\";",
            ["KAFKA_LISTENER_NAME_OUTSIDE_SCRAM___SHA___256_SASL_JAAS_CONFIG"] = "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            ["KAFKA_AUTHORIZER_CLASS_NAME"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            ["KAFKA_SUPER_USERS"] = $"User:{Admin};User:ANONYMOUS",
            ["KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"] = "1",
            ["KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR"] = "1",
            ["KAFKA_TRANSACTION_STATE_LOG_MIN_ISR"] = "1",
        };
        return settings.Aggregate(new ContainerBuilder("apache/kafka:4.2.1"), static (builder, setting) => builder.WithEnvironment(setting.Key, setting.Value))
            .WithPortBinding(_port, Port)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("Kafka Server started"))
            .Build();
    }
}
