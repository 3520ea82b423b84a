namespace Gearpump.Engine.Ports;

/// <summary>
/// Object storage as the machines see it. Every answer is called on the machine's own loop, exactly once, some time after the
/// call has returned. An adapter answers within its own deadline: a request without an answer is <see cref="PutOutcome.Unknown"/>.
/// </summary>
public interface IStorePort
{
    /// <summary>Creates an object if its key is absent. Nothing is ever overwritten.</summary>
    void Create(string key, ReadOnlyMemory<byte> bytes, Action<PutResult> answer);

    /// <summary>Reads a whole object.</summary>
    void Get(string key, Action<GetResult> answer);

    /// <summary>All keys below a prefix that come after <paramref name="after"/> (null: all), in ordinal order.</summary>
    void List(string prefix, string? after, Action<ListResult> answer);

    /// <summary>Deletes an object; absent is success. True: it is gone.</summary>
    void Delete(string key, Action<bool> answer);
}
