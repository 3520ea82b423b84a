namespace Gearpump.Outputs;

/// <summary>
/// Somewhere outside that a job writes to: a folder, a Kafka cluster, a database. Tasks encode records once, into segments
/// that belong to a cut; after the cut is committed a publisher writes them out, each once. Implement it for your own system.
/// </summary>
public interface IOutput
{
    /// <summary>The outside system's name; outputs with the same name share their publishers. Part of the plan.</summary>
    string System { get; }

    /// <summary>How many publishers the system has; fixed for an instance of the job.</summary>
    int Publishers => 1;

    /// <summary>The most bytes of segments in one publication, but one segment at least. Default: no bound, a cut is published whole.</summary>
    long PublicationBytesMax => long.MaxValue;

    /// <summary>Asked when a process starts: can it be reached, is everything there, is it permitted? Any other error is tried again.</summary>
    /// <exception cref="RefusedException">No, and waiting does not help.</exception>
    ValueTask CheckAsync(string job, Graph.Delivery delivery, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Makes the encoder of one task.</summary>
    ISegmentEncoder CreateEncoder();

    /// <summary>Opens a session for exactly-once publishing; from its return on, no older session of this publisher can write.</summary>
    ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation);

    /// <summary>Opens a writer for at-least-once delivery: what is appended goes outside at once.</summary>
    ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation);
}
