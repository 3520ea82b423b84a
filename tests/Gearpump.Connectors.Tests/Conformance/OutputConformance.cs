using System.Text;
using Gearpump.Outputs;
using Shouldly;
using Xunit;
using Record = Gearpump.Runtime.Record;

namespace Gearpump.Connectors.Tests.Conformance;

/// <summary>What every exactly-once <see cref="IOutput"/> must do. Records are lines of text without separators.</summary>
public abstract class OutputConformance
{
    protected static readonly PublisherId FirstPublisher = new("job", "0a1b2c", 0);

    protected virtual PublisherId Publisher => FirstPublisher;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IOutput Output { get; }

    /// <summary>Readers of the outside can tell instances of a job apart. A topic's cannot.</summary>
    protected virtual bool SeparatesInstances => true;

    /// <summary>What a reader of the outside sees, in order.</summary>
    protected abstract IReadOnlyList<string> Committed(string instance);

    [Fact]
    public async Task ReadMarkerAsync_NothingPublished_IsNull()
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        (await session.ReadMarkerAsync(Cancellation)).ShouldBeNull();
        Committed(Publisher.Instance).ShouldBeEmpty();
    }

    [Fact]
    public async Task PublishAsync_CutsInOrder_AreSeenInOrderAndMarked()
    {
        await PublishAsync(2, ["a", "b"], ["c"]);
        await PublishAsync(9, ["d"]);
        await PublishAsync(10, ["e"]);

        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        (await session.ReadMarkerAsync(Cancellation)).ShouldBe(new PublishMarker(10, PublishMarker.WholeCut));
        Committed(Publisher.Instance).ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public async Task PublishAsync_SameCutAgain_IsSeenOnce()
    {
        await PublishAsync(1, ["a", "b"]);
        await using var again = await Output.OpenSessionAsync(Publisher, Cancellation);
        if (await again.ReadMarkerAsync(Cancellation) is not { Cut: >= 1 })
        {
            await PublishAsync(again, 1, ["a", "b"]);
        }

        Committed(Publisher.Instance).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task PublishAsync_BreaksOffBetweenSegments_NothingIsSeenAndTheMarkerStays()
    {
        await PublishAsync(1, ["a"]);
        await using (var session = await Output.OpenSessionAsync(Publisher, Cancellation))
        {
            await Should.ThrowAsync<InvalidOperationException>(session.PublishAsync(
                Broken(Encode(["b"])), new PublishMarker(2, PublishMarker.WholeCut), Cancellation).AsTask());
        }

        await using var next = await Output.OpenSessionAsync(Publisher, Cancellation);
        (await next.ReadMarkerAsync(Cancellation)).ShouldBe(new PublishMarker(1, PublishMarker.WholeCut));
        Committed(Publisher.Instance).ShouldBe(["a"]);
        await PublishAsync(next, 2, ["b"]);
        Committed(Publisher.Instance).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task ReadMarkerAsync_OtherInstancesAndPublishers_DoNotCount()
    {
        await using (var session = await Output.OpenSessionAsync(Publisher with { Instance = "ffff" }, Cancellation))
        {
            await PublishAsync(session, 7, ["x"]);
        }

        await using var mine = await Output.OpenSessionAsync(Publisher, Cancellation);
        (await mine.ReadMarkerAsync(Cancellation)).ShouldBeNull();
        Committed(Publisher.Instance).ShouldBe(SeparatesInstances ? [] : ["x"]);
    }

    [Fact]
    public void Complete_Twice_HandsOverEachRecordOnce()
    {
        var encoder = Output.CreateEncoder();
        encoder.TryAdd(Line("a"), out _).ShouldBeTrue();
        encoder.BufferedBytes.ShouldBePositive();
        var counts = new List<int>();
        encoder.Complete((_, _, records) => counts.Add(records));
        encoder.BufferedBytes.ShouldBe(0);
        encoder.Complete((_, _, records) => counts.Add(records));
        counts.ShouldBe([1]);
    }

    // A session is good for one cut.
    protected async Task PublishAsync(long cut, params string[][] segments)
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        await PublishAsync(session, cut, segments);
    }

    protected async Task PublishAsync(IPublishSession session, long cut, params string[][] segments) =>
        await session.PublishAsync(Sequence(segments.Select(Encode)), new PublishMarker(cut, PublishMarker.WholeCut), Cancellation);

    protected ReadOnlyMemory<byte> Encode(string[] lines)
    {
        var encoder = Output.CreateEncoder();
        foreach (var line in lines)
        {
            encoder.TryAdd(Line(line), out var rejection).ShouldBeTrue(rejection);
        }

        ReadOnlyMemory<byte> bytes = default;
        encoder.Complete((_, segment, _) => bytes = segment);
        return bytes;
    }

    protected virtual Record Line(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Sequence(IEnumerable<ReadOnlyMemory<byte>> segments)
    {
        foreach (var segment in segments)
        {
            await Task.Yield();
            yield return segment;
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Broken(ReadOnlyMemory<byte> segment)
    {
        yield return segment;
        await Task.Yield();
        throw new InvalidOperationException("a segment cannot be read");
    }
}
