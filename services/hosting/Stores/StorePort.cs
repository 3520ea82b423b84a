using Gearpump.Engine.Ports;
using Gearpump.Hosting.Loops;
using Gearpump.Storage;

namespace Gearpump.Hosting.Stores;

/// <summary>Object storage for a machine: each request off the loop and within a deadline, each answer on it.</summary>
internal sealed class StorePort(IObjectStore store, EventLoop loop, ObjectCache cache) : IStorePort
{
    private const double BytesPerSecondLeast = 1024 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    // Of any size; a store has deadlines of its own for one that does not begin to come.
    private static readonly TimeSpan GetDeadline = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _slots = new(16);

    public void Create(string key, ReadOnlyMemory<byte> bytes, Action<PutResult> answer) => Request(
        async cancellation => new PutResult(await store.CreateAsync(key, bytes, cancellation).ConfigureAwait(false) ? PutOutcome.Created : PutOutcome.Exists),
        error => new PutResult(PutOutcome.Unknown, error),
        answer,
        Deadline + TimeSpan.FromSeconds(bytes.Length / BytesPerSecondLeast));

    public void Get(string key, Action<GetResult> answer)
    {
        if (cache.TryGet(key, out var cached))
        {
            loop.Post(() => answer(new GetResult(cached)));
            return;
        }

        Request(
            async cancellation => await store.GetAsync(key, cancellation).ConfigureAwait(false) is { } bytes ? new GetResult(bytes) : new GetResult(null),
            error => new GetResult(null, error),
            answer,
            GetDeadline);
    }

    public void List(string prefix, string? after, Action<ListResult> answer) => Request(
        async cancellation => new ListResult(await store.ListAsync(prefix, after, cancellation).ConfigureAwait(false)),
        error => new ListResult(null, error),
        answer,
        Deadline);

    public void Delete(string key, Action<bool> answer) => Request(
        async cancellation =>
        {
            await store.DeleteAsync(key, cancellation).ConfigureAwait(false);
            return true;
        },
        _ => false,
        answer,
        Deadline);

    private void Request<T>(Func<CancellationToken, Task<T>> request, Func<string, T> failed, Action<T> answer, TimeSpan most) => _ = Task.Run(async () =>
    {
        T result;
        await _slots.WaitAsync().ConfigureAwait(false);
        try
        {
            using var deadline = new CancellationTokenSource(most);
            // A folder blocks where other stores await: the deadline holds all the same.
            result = await Task.Run(() => request(deadline.Token), CancellationToken.None).WaitAsync(most).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            result = failed(e is TimeoutException or OperationCanceledException ? $"{store.Name} has not answered within {most.TotalSeconds:0} s" : e.Message);
        }
        finally
        {
            _slots.Release();
        }

        loop.Post(() => answer(result));
    });
}
