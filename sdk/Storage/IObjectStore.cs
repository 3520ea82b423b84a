namespace Gearpump.Storage;

/// <summary>
/// Object storage, as the job's log and snapshots need it: whole objects under keys with '/', created only if absent, never
/// changed. Errors are exceptions; after one, nobody knows whether a create was applied.
/// </summary>
public interface IObjectStore
{
    /// <summary>Where it is, for people.</summary>
    string Name { get; }

    /// <summary>Creates an object, whole and durable. False: the key exists, and nothing was changed.</summary>
    ValueTask<bool> CreateAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>A whole object; null where there is none.</summary>
    ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellation);

    /// <summary>All keys with a prefix that come after <paramref name="after"/> (null: all), in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, CancellationToken cancellation);

    /// <summary>Deletes an object; absent is success.</summary>
    ValueTask DeleteAsync(string key, CancellationToken cancellation);
}
