using Gearpump.Hosting.Loops;

namespace Gearpump.Services.Tests;

/// <summary>On the real thread and clock.</summary>
public sealed class EventLoopTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Post_FromManyThreads_RunsAllOnOneThreadInOrder()
    {
        using var loop = new EventLoop("test", _ => { });
        var threads = new HashSet<int>();
        var seen = new List<int>[4];
        loop.Start(() => { }, () => { }, () => false);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            seen[writer] = [];
            for (var i = 0; i < 1_000; i++)
            {
                var number = i;
                loop.Post(() =>
                {
                    threads.Add(Environment.CurrentManagedThreadId);
                    seen[writer].Add(number);
                });
            }
        }))).WaitAsync(Most, TestContext.Current.CancellationToken);
        await Drained(loop);

        threads.Count.ShouldBe(1);
        seen.ShouldAllBe(numbers => numbers.SequenceEqual(Enumerable.Range(0, 1_000)));
    }

    [Fact]
    public async Task WakeAt_TimeComes_Advances()
    {
        var advanced = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        EventLoop? loop = null;
        using var owned = loop = new EventLoop("test", _ => { });

        loop.Start(() => loop.WakeAt(loop.NowMs + 30), () => advanced.TrySetResult(loop.NowMs), () => false);

        (await advanced.Task.WaitAsync(Most, TestContext.Current.CancellationToken)).ShouldBeGreaterThanOrEqualTo(30);
    }

    [Fact]
    public async Task Step_WhileItHasMore_IsCalledAgainAndEventsStillRun()
    {
        var steps = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = false;
        using var loop = new EventLoop("test", _ => { });
        loop.Start(() => { }, () => { }, () =>
        {
            if (++steps == 100)
            {
                loop.Post(() => posted = true);
            }

            if (posted)
            {
                enough.TrySetResult();
            }

            return !posted;
        });

        await enough.Task.WaitAsync(Most, TestContext.Current.CancellationToken);

        steps.ShouldBeGreaterThanOrEqualTo(100);
    }

    [Fact]
    public async Task Post_ActionThrows_IsFatalOnceAndEndsTheLoop()
    {
        var fatal = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loop = new EventLoop("test", fatal.SetResult);
        var ranAfter = false;
        loop.Start(() => { }, () => { }, () => false);

        loop.Post(() => throw new InvalidOperationException("planted"));
        loop.Post(() => ranAfter = true);

        (await fatal.Task.WaitAsync(Most, TestContext.Current.CancellationToken)).Message.ShouldBe("planted");
        ranAfter.ShouldBeFalse();
    }

    [Fact]
    public async Task Ask_OfALoopThatHasDied_IsCancelled()
    {
        var fatal = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var loop = new EventLoop("test", fatal.SetResult);
        loop.Start(() => { }, () => { }, () => false);
        (await loop.AskAsync(() => 5).WaitAsync(Most, TestContext.Current.CancellationToken)).ShouldBe(5);

        var pending = loop.AskAsync<int>(() => throw new InvalidOperationException("planted"));
        await fatal.Task.WaitAsync(Most, TestContext.Current.CancellationToken);

        await Should.ThrowAsync<OperationCanceledException>(() => pending.WaitAsync(Most));
        await Should.ThrowAsync<OperationCanceledException>(() => loop.AskAsync(() => 6).WaitAsync(Most));
    }

    private static Task Drained(EventLoop loop)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(drained.SetResult);
        return drained.Task.WaitAsync(Most);
    }
}
