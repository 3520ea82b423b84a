using Gearpump.Files;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Files;

/// <summary>Durable files on a real file system; a full disk is Linux's /dev/full.</summary>
public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteTemporaryAsync_DiskIsFull_IsNamedAndLeavesNothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "only Linux has /dev/full, a device that is always full");
        var error = await Should.ThrowAsync<StorageFullException>(DurableFile.WriteTemporaryAsync(_folder.Root, ".tmp-", static async _ =>
        {
            await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            await full.WriteAsync(new byte[] { 1 });
        }));
        error.Message.ShouldContain("ENOSPC");
        error.Message.ShouldContain(_folder.Root);
        Directory.EnumerateFileSystemEntries(_folder.Root).ShouldBeEmpty();
    }

    [Fact]
    public async Task Publish_NameIsTaken_KeepsTheFirstAndRemovesTheTemporary()
    {
        var first = await DurableFile.WriteTemporaryAsync(_folder.Root, ".tmp-", static file => file.WriteAsync("1"u8.ToArray()).AsTask());
        var second = await DurableFile.WriteTemporaryAsync(_folder.Root, ".tmp-", static file => file.WriteAsync("2"u8.ToArray()).AsTask());
        DurableFile.Publish(first, _folder["x"]).ShouldBeTrue();
        DurableFile.Publish(second, _folder["x"]).ShouldBeFalse();
        File.ReadAllText(_folder["x"]).ShouldBe("1");
        Directory.GetFiles(_folder.Root).ShouldBe([_folder["x"]]);
    }
}
