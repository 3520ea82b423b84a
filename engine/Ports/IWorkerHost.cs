using Gearpump.Engine.Channels;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Sources;

namespace Gearpump.Engine.Ports;

/// <summary>
/// A worker's effects. All answers are called on the worker's loop, once, after the call has returned; "null error" is success.
/// Requests of an epoch that is over still get their answers; the worker ignores them.
/// </summary>
public interface IWorkerHost : IMachineHost
{
    IStorePort Store { get; }

    /// <summary>Sends the worker's state on the control stream; an older one that still waits unsent is dropped.</summary>
    void SendControl(WorkerState state);

    /// <summary>Drops the control stream and dials again (the next address of the list).</summary>
    void ReconnectControl(string why);

    /// <summary>Dials a peer's data plane and sends the hello. Answered by <c>Worker.OnCallAccepted</c> or <c>OnCallClosed</c> with the same call number.</summary>
    void Dial(long call, string address, HelloInfo hello);

    /// <summary>Sends a frame on a call that was accepted. Frames stay in order; after the call has closed they go nowhere.</summary>
    void SendFrame(long call, in Frame frame);

    /// <summary>Sends feedback on a call that was taken by <c>Worker.OnHello</c>. Only the newest per channel matters.</summary>
    void SendFeedback(long call, in Feedback feedback);

    /// <summary>Ends a call, of either direction.</summary>
    void CloseCall(long call, string reason);

    /// <summary>Runs work that computes (encoding, hashing) off the loop.</summary>
    void Run<T>(Func<T> work, Action<T?, string?> answer);

    /// <summary>Asks a source for its splits. The error of a <see cref="SourceLostException"/> is marked lost: it is not asked again.</summary>
    void ListSplits(ITimeReplayableSource source, Action<IReadOnlyList<SourceSplit>?, string?, bool> answer);

    /// <summary>Opens a split. The error of a <see cref="SourceLostException"/> is marked lost: the job fails instead of rolling back.</summary>
    void OpenSplit(ITimeReplayableSource source, SourceSplit split, SourcePosition position, Action<ISplitReader?, string?, bool> answer);

    /// <summary>Waits until reading makes sense again, or until cancelled by closing the reader.</summary>
    void WaitForRecords(ISplitReader reader, Action answer);

    void CloseSplit(ISplitReader reader);

    /// <summary>Opens an at-least-once writer.</summary>
    void OpenDirect(IOutput output, DirectWriterId id, Action<IDirectWriter?, string?> answer);

    /// <summary>Appends; answered when the bytes will survive.</summary>
    void AppendDirect(IDirectWriter writer, ReadOnlyMemory<byte> segment, Action<string?> answer);

    void CloseDirect(IDirectWriter writer);

    /// <summary>Opens an exactly-once session.</summary>
    void OpenSession(IOutput output, PublisherId publisher, Action<IPublishSession?, string?> answer);

    void ReadMarker(IPublishSession session, Action<PublishMarker?, string?> answer);

    /// <summary>Publishes the segments, whose bytes the host loads one after the other (inline, cache, store) and checks against their hashes.</summary>
    void Publish(IPublishSession session, IReadOnlyList<Segment> segments, PublishMarker marker, Action<string?> answer);

    void CloseSession(IPublishSession session);

    /// <summary>A hint: an object that this process has just stored and will soon read again. Bounded; may be forgotten.</summary>
    void Remember(string key, ReadOnlyMemory<byte> bytes);

    /// <summary>The worker is over: the process leaves with this code.</summary>
    void Exit(int code, string reason);
}
