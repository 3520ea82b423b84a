namespace Gearpump.Kafka.Write;

/// <summary>
/// A producer with a transactional id, good for one transaction, which disposing it does not end. Every call ends within a time of
/// its own, done or with an error (<see cref="IOException"/>, <see cref="TimeoutException"/>, <see cref="RefusedException"/> where
/// waiting does not help).
/// </summary>
internal interface ITransactionalProducer : IAsyncDisposable
{
    /// <summary>Aborts what an older producer of the id has open, waits for what that one is committing, and fences it.</summary>
    ValueTask InitAsync(CancellationToken cancellation);

    void Begin();

    /// <summary>Takes the records, in their order. They may be on their way for some time: <see cref="FlushAsync"/> tells.</summary>
    ValueTask ProduceAsync(IEnumerable<KafkaRecord> records, CancellationToken cancellation);

    /// <summary>Done when every record is stored.</summary>
    ValueTask FlushAsync(CancellationToken cancellation);

    /// <summary>After an error nobody but the next producer of the id knows how the transaction ended.</summary>
    ValueTask CommitAsync(CancellationToken cancellation);
}
