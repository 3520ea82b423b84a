using Gearpump.Storage;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Files;

/// <summary>The probe against a store, in memory, that breaks its promises.</summary>
public sealed class ObjectStoreProbeTests
{
    [Fact]
    public async Task RunAsync_StoreIgnoresTheCondition_IsRefusedByName()
    {
        var error = await Should.ThrowAsync<RefusedException>(ObjectStoreProbe.RunAsync(new BrokenStore(overwrites: true, lists: true), "job", TestContext.Current.CancellationToken));
        error.Message.ShouldContain("broken store");
        error.Message.ShouldContain("create only if absent");
    }

    [Fact]
    public async Task RunAsync_StoreListsLate_IsRefusedByName()
    {
        var error = await Should.ThrowAsync<RefusedException>(ObjectStoreProbe.RunAsync(new BrokenStore(overwrites: false, lists: false), "job", TestContext.Current.CancellationToken));
        error.Message.ShouldContain("broken store");
        error.Message.ShouldContain("does not list");
    }

    private sealed class BrokenStore(bool overwrites, bool lists) : IObjectStore
    {
        private readonly Dictionary<string, byte[]> _objects = [];

        public string Name => "broken store";

        public ValueTask<bool> CreateAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
        {
            var isNew = !_objects.ContainsKey(key);
            if (isNew || overwrites)
            {
                _objects[key] = bytes.ToArray();
            }

            return new ValueTask<bool>(isNew || overwrites);
        }

        public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellation) => new(_objects.GetValueOrDefault(key));

        public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, CancellationToken cancellation) =>
            new(_objects.Keys.Where(_ => lists).Order(StringComparer.Ordinal).ToList());

        public ValueTask DeleteAsync(string key, CancellationToken cancellation)
        {
            _objects.Remove(key);
            return ValueTask.CompletedTask;
        }
    }
}
