namespace Gearpump.Storage;

/// <summary>
/// Checks at start that a store keeps the promises on which everything rests: create only if absent, and list what was created.
/// It needs every right that a job needs: to put, get, list and delete.
/// </summary>
public static class ObjectStoreProbe
{
    /// <exception cref="RefusedException">It does not; the message says what it did.</exception>
    public static async Task RunAsync(IObjectStore store, string job, CancellationToken cancellation)
    {
        var key = $"{job}/probe/{Guid.NewGuid():n}";
        if (!await store.CreateAsync(key, new byte[] { 1, 2, 3 }, cancellation).ConfigureAwait(false))
        {
            throw new RefusedException($"{store.Name} says that an object exists which nobody made");
        }

        try
        {
            await CheckAsync(store, key, [1, 2, 3], cancellation).ConfigureAwait(false);
        }
        finally
        {
            await store.DeleteAsync(key, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task CheckAsync(IObjectStore store, string key, byte[] first, CancellationToken cancellation)
    {
        var second = await store.CreateAsync(key, new byte[] { 4 }, cancellation).ConfigureAwait(false);
        var found = await store.GetAsync(key, cancellation).ConfigureAwait(false);
        if (second || found is null || !found.AsSpan().SequenceEqual(first))
        {
            throw new RefusedException(
                $"{store.Name} ignores the condition 'create only if absent': a second create {(second ? "succeeded" : "was refused")}, the object {(found is null ? "is gone" : "has " + found.Length + " bytes")}. Use a store that honours it");
        }

        var listed = await store.ListAsync(key, null, cancellation).ConfigureAwait(false);
        if (!listed.Contains(key, StringComparer.Ordinal))
        {
            throw new RefusedException(
                $"{store.Name} does not list an object that has just been created, so a job's log would lose entries. Use a store that lists at once");
        }
    }
}
