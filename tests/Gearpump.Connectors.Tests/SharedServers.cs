using Gearpump.Testing.Containers;
using Xunit;

// One container of each for the whole run; it starts when a test first asks for it.
[assembly: AssemblyFixture(typeof(KafkaServer))]
[assembly: AssemblyFixture(typeof(RedisServer))]
[assembly: AssemblyFixture(typeof(S3Server))]
