using Gearpump.Connectors.Tests.Conformance;
using Gearpump.Files;
using Gearpump.Storage;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Files;

/// <summary>The folder store on a real file system.</summary>
public sealed class FolderObjectStoreTests : ObjectStoreConformance
{
    private readonly TemporaryFolder _folder = new();

    protected override Task<IObjectStore> StartAsync() => Task.FromResult<IObjectStore>(new FolderObjectStore(_folder["store"]));

    protected override Task StopAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task CreateAsync_WriterWasKilledBeforeTheLink_LeavesNoObject()
    {
        // What SIGKILL leaves: the bytes under a temporary name, whole or torn.
        _folder.Write("store/j/log/.tmp-0123", [1, 2]);
        (await Store.ListAsync("j/", null, Cancellation)).ShouldBeEmpty();
        (await Store.GetAsync("j/log/0001", Cancellation)).ShouldBeNull();
        (await Store.CreateAsync("j/log/0001", new byte[] { 3 }, Cancellation)).ShouldBeTrue();
        (await Store.ListAsync("j/", null, Cancellation)).ShouldBe(["j/log/0001"]);
    }

    [Fact]
    public void Constructor_OldTemporaryFiles_AreRemovedAndYoungOnesKept()
    {
        var old = _folder.Write("store/j/log/.tmp-old", [1]);
        var young = _folder.Write("store/j/log/.tmp-young", [1]);
        var entry = _folder.Write("store/j/log/0001", [1]);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
        File.SetLastWriteTimeUtc(entry, DateTime.UtcNow.AddHours(-2));

        _ = new FolderObjectStore(_folder["store"]);

        File.Exists(old).ShouldBeFalse();
        File.Exists(young).ShouldBeTrue();
        File.Exists(entry).ShouldBeTrue();
    }

    [Fact]
    public async Task CreateAsync_AnyOutcome_LeavesNoTemporaryFile()
    {
        await Store.CreateAsync("a/b", new byte[] { 1 }, Cancellation);
        await Store.CreateAsync("a/b", new byte[] { 1 }, Cancellation);
        await Should.ThrowAsync<IOException>(Store.CreateAsync("a/b/c", new byte[] { 1 }, Cancellation).AsTask());
        Directory.EnumerateFiles(_folder.Root, ".tmp-*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("./x")]
    [InlineData("a/.tmp-1")]
    [InlineData("a\\b")]
    [InlineData("c:x")]
    [InlineData("a\0b")]
    public async Task CreateAsync_NoKey_IsRefused(string key)
    {
        await Should.ThrowAsync<ArgumentException>(async () => await Store.CreateAsync(key, new byte[] { 1 }, Cancellation));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetAsync(key, Cancellation));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.DeleteAsync(key, Cancellation));
    }

    [Fact]
    public async Task ListAsync_PrefixThatLeavesTheFolder_IsRefused()
    {
        _folder.Write("outside", "x");
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ListAsync("../", null, Cancellation));
    }

    [Fact]
    public async Task DeleteAsync_LastObjectOfAFolder_RemovesTheFolder()
    {
        await Store.CreateAsync("j/cuts/1/2/x", new byte[] { 1 }, Cancellation);
        await Store.CreateAsync("j/log/1", new byte[] { 1 }, Cancellation);
        await Store.DeleteAsync("j/cuts/1/2/x", Cancellation);
        Directory.Exists(_folder["store/j/cuts"]).ShouldBeFalse();
        Directory.Exists(_folder["store/j/log"]).ShouldBeTrue();
        await Store.DeleteAsync("j/log/1", Cancellation);
        Directory.Exists(_folder["store"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Constructor_AnotherProcessOverTheSameFolder_SeesEverything()
    {
        await Store.CreateAsync("j/1", new byte[] { 7 }, Cancellation);
        var second = new FolderObjectStore(_folder["store"]);
        (await second.GetAsync("j/1", Cancellation)).ShouldBe([7]);
        (await second.CreateAsync("j/1", new byte[] { 8 }, Cancellation)).ShouldBeFalse();
    }
}
