using Gearpump.Storage;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Files;

/// <summary>The probe against a store, in memory, that breaks its promise.</summary>
public sealed class ObjectStoreProbeTests
{
    [Fact]
    public async Task RunAsync_StoreIgnoresTheCondition_IsRefusedByName()
    {
        var error = await Should.ThrowAsync<RefusedException>(ObjectStoreProbe.RunAsync(new OverwritingStore(), "job", TestContext.Current.CancellationToken));
        error.Message.ShouldContain("overwriting store");
        error.Message.ShouldContain("create only if absent");
    }

    private sealed class OverwritingStore : IObjectStore
    {
        private readonly Dictionary<string, byte[]> _objects = [];

        public string Name => "overwriting store";

        public ValueTask<bool> CreateAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            _objects[key] = bytes.ToArray();
            return new ValueTask<bool>(true);
        }

        public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellation) => new(_objects.GetValueOrDefault(key));

        public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, CancellationToken cancellation) =>
            new(_objects.Keys.Order(StringComparer.Ordinal).ToList());

        public ValueTask DeleteAsync(string key, CancellationToken cancellation)
        {
            _objects.Remove(key);
            return ValueTask.CompletedTask;
        }
    }
}
