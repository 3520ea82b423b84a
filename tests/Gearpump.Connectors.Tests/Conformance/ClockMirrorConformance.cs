using Gearpump.Storage;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Conformance;

/// <summary>What every <see cref="IClockMirror"/> must do.</summary>
public abstract class ClockMirrorConformance
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A mirror that the fixture keeps; tests use jobs of their own.</summary>
    protected abstract Task<IClockMirror> MirrorAsync();

    protected static string NewJob() => "job-" + Guid.NewGuid().ToString("n");

    [Fact]
    public async Task ReadAsync_NothingWritten_IsNull() => (await (await MirrorAsync()).ReadAsync(NewJob(), Cancellation)).ShouldBeNull();

    [Fact]
    public async Task WriteAsync_NewerClocks_AreRead()
    {
        var mirror = await MirrorAsync();
        var first = new JobClocks(NewJob(), "i", 1, 1_790_000_000_000, 1_780_000_000_000);
        await mirror.WriteAsync(first, Cancellation);
        (await mirror.ReadAsync(first.Job, Cancellation)).ShouldBe(first);

        var second = first with { Epoch = 2, MinClockMs = first.MinClockMs + 1, CheckpointClockMs = first.CheckpointClockMs + 1 };
        await mirror.WriteAsync(second, Cancellation);
        await mirror.WriteAsync(second, Cancellation);
        (await mirror.ReadAsync(first.Job, Cancellation)).ShouldBe(second);
    }

    [Fact]
    public async Task WriteAsync_OlderClocks_FallNowhere()
    {
        var mirror = await MirrorAsync();
        var newest = new JobClocks(NewJob(), "i", 3, 500, 400);
        await mirror.WriteAsync(newest, Cancellation);
        await mirror.WriteAsync(newest with { Epoch = 2, MinClockMs = 900, CheckpointClockMs = 800 }, Cancellation);
        (await mirror.ReadAsync(newest.Job, Cancellation)).ShouldBe(newest, "an older epoch");
        await mirror.WriteAsync(newest with { MinClockMs = 499 }, Cancellation);
        (await mirror.ReadAsync(newest.Job, Cancellation)).ShouldBe(newest, "an older min clock");
        await mirror.WriteAsync(newest with { MinClockMs = 600, CheckpointClockMs = 399 }, Cancellation);
        (await mirror.ReadAsync(newest.Job, Cancellation)).ShouldBe(newest with { MinClockMs = 600 }, "one newer, one older");
        await mirror.WriteAsync(newest with { Epoch = 4, MinClockMs = 1, CheckpointClockMs = 1 }, Cancellation);
        (await mirror.ReadAsync(newest.Job, Cancellation)).ShouldBe(newest with { Epoch = 4, MinClockMs = 600 }, "a new epoch lowers no clock");
    }

    [Fact]
    public async Task WriteAsync_AnotherInstance_BeginsAnew()
    {
        var mirror = await MirrorAsync();
        var first = new JobClocks(NewJob(), "first", 9, 900, 900);
        await mirror.WriteAsync(first, Cancellation);
        var second = new JobClocks(first.Job, "second", 1, 5, 0);
        await mirror.WriteAsync(second, Cancellation);
        (await mirror.ReadAsync(first.Job, Cancellation)).ShouldBe(second);
    }

    [Fact]
    public async Task WriteAsync_ManyWritersInAnyOrder_EndsAtTheHighest()
    {
        var mirror = await MirrorAsync();
        var job = NewJob();
        var clocks = Enumerable.Range(1, 64).Select(index => new JobClocks(job, "i", 1, index * 10L, index)).ToArray();
        new Random(7).Shuffle(clocks);
        await Task.WhenAll(clocks.Select(reading => mirror.WriteAsync(reading, Cancellation).AsTask()));
        (await mirror.ReadAsync(job, Cancellation)).ShouldBe(new JobClocks(job, "i", 1, 640, 64));
    }
}
