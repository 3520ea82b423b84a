namespace Gearpump.Storage;

/// <summary>Checks at start that a store keeps the one promise on which everything rests: create only if absent.</summary>
public static class ObjectStoreProbe
{
    /// <exception cref="RefusedException">It does not; the message says what it did.</exception>
    public static async Task RunAsync(IObjectStore store, string job, CancellationToken cancellation)
    {
        var key = $"{job}/probe/{Guid.NewGuid():n}";
        byte[] first = [1, 2, 3];
        if (!await store.CreateAsync(key, first, cancellation).ConfigureAwait(false))
        {
            throw new RefusedException($"{store.Name} says that an object exists which nobody made");
        }

        var second = await store.CreateAsync(key, new byte[] { 4 }, cancellation).ConfigureAwait(false);
        var found = await store.GetAsync(key, cancellation).ConfigureAwait(false);
        await store.DeleteAsync(key, cancellation).ConfigureAwait(false);
        if (second || found is null || !found.AsSpan().SequenceEqual(first))
        {
            throw new RefusedException(
                $"{store.Name} ignores the condition 'create only if absent': a second create {(second ? "succeeded" : "was refused")}, the object {(found is null ? "is gone" : "has " + found.Length + " bytes")}. Use a store that honours it");
        }
    }
}
