using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Gearpump.Testing.Containers;

/// <summary>A user of a <see cref="SecureKafkaServer"/>, by SCRAM-SHA-256, whose rights are given and withdrawn one by one.</summary>
public sealed class SecureKafkaUser(string name, string secret, IReadOnlyDictionary<string, string> admin)
{
    public string Name => name;

    public string Secret => secret;

    /// <summary>How the user reaches the broker, without the broker's address.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; } = SecureKafkaServer.SettingsOf("", name, secret, "SCRAM-SHA-256")
        .Where(static setting => setting.Key != "bootstrap.servers").ToDictionary(StringComparer.Ordinal);

    /// <summary>Everything that the docs say a job needs, and nothing else.</summary>
    public async Task AllowJobAsync(string job, string from, string to)
    {
        await AllowAsync(KafkaRight.Transactions(job, AclOperation.Write), KafkaRight.Transactions(job, AclOperation.Describe));
        await AllowAsync(KafkaRight.Topic(to, AclOperation.Write), KafkaRight.Topic(to, AclOperation.Describe));
        await AllowAsync(new[] { AclOperation.Read, AclOperation.Write, AclOperation.Describe, AclOperation.Create }
            .Select(operation => KafkaRight.Topic($"gearpump-{job}-markers", operation)).ToArray());
        await AllowAsync(KafkaRight.Topic(from, AclOperation.Read), KafkaRight.Topic(from, AclOperation.Describe));
    }

    public async Task AllowAsync(params KafkaRight[] rights)
    {
        using var client = Client();
        await client.CreateAclsAsync(rights.Select(right => new AclBinding { Pattern = right.Pattern, Entry = EntryOf(right) }));
    }

    /// <summary>Withdraws what was allowed.</summary>
    public async Task WithdrawAsync(KafkaRight right)
    {
        using var client = Client();
        var entry = EntryOf(right);
        var withdrawn = await client.DeleteAclsAsync(
        [
            new AclBindingFilter
            {
                PatternFilter = new ResourcePatternFilter { Type = right.Pattern.Type, Name = right.Pattern.Name, ResourcePatternType = right.Pattern.ResourcePatternType },
                EntryFilter = new AccessControlEntryFilter { Principal = entry.Principal, Host = entry.Host, Operation = entry.Operation, PermissionType = entry.PermissionType },
            },
        ]);
        if (withdrawn.Sum(static result => result.AclBindings.Count) != 1)
        {
            throw new InvalidOperationException($"{name} had no such right: {right}");
        }
    }

    internal async Task CreateAsync()
    {
        using var client = Client();
        await client.AlterUserScramCredentialsAsync(
        [
            new UserScramCredentialUpsertion
            {
                User = name,
                ScramCredentialInfo = new ScramCredentialInfo { Mechanism = ScramMechanism.ScramSha256, Iterations = 4096 },
                Password = System.Text.Encoding.UTF8.GetBytes(secret),
            },
        ]);
    }

    private AccessControlEntry EntryOf(KafkaRight right) =>
        new() { Principal = $"User:{name}", Host = "*", Operation = right.Operation, PermissionType = AclPermissionType.Allow };

    private IAdminClient Client() => new AdminClientBuilder(admin).SetLogHandler(static (_, _) => { }).Build();
}
