using Gearpump.Storage;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Conformance;

/// <summary>What every <see cref="IObjectStore"/> must do. A store inherits this and says how it is made.</summary>
public abstract class ObjectStoreConformance : IAsyncLifetime
{
    private IObjectStore? _store;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IObjectStore Store => _store ?? throw new InvalidOperationException("not started");

    /// <summary>An empty store.</summary>
    protected abstract Task<IObjectStore> StartAsync();

    protected abstract Task StopAsync();

    public async ValueTask InitializeAsync() => _store = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task CreateAsync_SixteenWritersRace_ExactlyOneWins()
    {
        const int races = 100;
        const byte writers = 16;
        for (var race = 0; race < races; race++)
        {
            var key = $"job/log/{race:D4}";
            var won = await Task.WhenAll(Enumerable.Range(1, writers).Select(writer => Task.Run(
                async () => await Store.CreateAsync(key, new[] { (byte)writer }, Cancellation) ? writer : 0)));

            won.Count(static writer => writer > 0).ShouldBe(1, key);
            (await Store.GetAsync(key, Cancellation)).ShouldBe([(byte)won.Sum()], key);
        }
    }

    [Fact]
    public async Task CreateAsync_KeyExists_IsRefusedAndChangesNothing()
    {
        (await Store.CreateAsync("a/b", new byte[] { 1 }, Cancellation)).ShouldBeTrue();
        (await Store.CreateAsync("a/b", new byte[] { 2 }, Cancellation)).ShouldBeFalse();
        (await Store.GetAsync("a/b", Cancellation)).ShouldBe([1]);
    }

    [Fact]
    public async Task GetAsync_Absent_IsNull()
    {
        (await Store.GetAsync("nothing", Cancellation)).ShouldBeNull();
        (await Store.GetAsync("no/such/thing", Cancellation)).ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17 * 1024 * 1024)]
    public async Task GetAsync_AnyLength_ReturnsTheBytes(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        await Store.CreateAsync("large/object", bytes, Cancellation);
        (await Store.GetAsync("large/object", Cancellation))!.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task ListAsync_PrefixAndAfter_AreOrdinalAndComplete()
    {
        string[] keys = ["j/log/01", "j/log/02", "j/log/10", "j/log/1x/y", "j/Log/1", "j/log-2", "j/lo", "k/log/01"];
        foreach (var key in keys.Reverse())
        {
            await Store.CreateAsync(key, new byte[] { 1 }, Cancellation);
        }

        (await Store.ListAsync("j/log/", null, Cancellation)).ShouldBe(["j/log/01", "j/log/02", "j/log/10", "j/log/1x/y"]);
        (await Store.ListAsync("j/log/", "j/log/02", Cancellation)).ShouldBe(["j/log/10", "j/log/1x/y"]);
        (await Store.ListAsync("j/log/", "j/log/015", Cancellation)).ShouldBe(["j/log/02", "j/log/10", "j/log/1x/y"]);
        (await Store.ListAsync("j/log/1", null, Cancellation)).ShouldBe(["j/log/10", "j/log/1x/y"]);
        (await Store.ListAsync("j/lo", null, Cancellation)).ShouldBe(["j/lo", "j/log-2", "j/log/01", "j/log/02", "j/log/10", "j/log/1x/y"]);
        (await Store.ListAsync("", null, Cancellation)).ShouldBe(keys.Order(StringComparer.Ordinal));
        (await Store.ListAsync("nothing/", null, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ListAsync_MoreThanAPage_ReturnsAll()
    {
        var keys = Enumerable.Range(0, 1_050).Select(static index => $"many/{index:D5}").ToList();
        await Parallel.ForEachAsync(keys, Cancellation, async (key, cancellation) => await Store.CreateAsync(key, new byte[] { 1 }, cancellation));
        (await Store.ListAsync("many/", null, Cancellation)).ShouldBe(keys);
    }

    [Fact]
    public async Task DeleteAsync_PresentThenAbsent_SucceedsBothTimes()
    {
        await Store.CreateAsync("d/e/f", new byte[] { 1 }, Cancellation);
        await Store.CreateAsync("d/e/g", new byte[] { 2 }, Cancellation);
        await Store.DeleteAsync("d/e/f", Cancellation);
        await Store.DeleteAsync("d/e/f", Cancellation);
        await Store.DeleteAsync("no/such", Cancellation);

        (await Store.GetAsync("d/e/f", Cancellation)).ShouldBeNull();
        (await Store.ListAsync("d/", null, Cancellation)).ShouldBe(["d/e/g"]);
        (await Store.CreateAsync("d/e/f", new byte[] { 3 }, Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task DeleteAsync_BesideCreates_LosesNoneOfThem()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var index = 0; index < 50; index++)
            {
                var key = $"shared/folder/{writer}-{index}";
                (await Store.CreateAsync(key, new byte[] { 1 }, Cancellation)).ShouldBeTrue(key);
                (await Store.GetAsync(key, Cancellation)).ShouldNotBeNull(key);
                await Store.DeleteAsync(key, Cancellation);
            }
        })));
        (await Store.ListAsync("shared/", null, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_AStoreThatHonoursTheCondition_PassesAndLeavesNothing()
    {
        await ObjectStoreProbe.RunAsync(Store, "job", Cancellation);
        (await Store.ListAsync("", null, Cancellation)).ShouldBeEmpty();
    }
}
