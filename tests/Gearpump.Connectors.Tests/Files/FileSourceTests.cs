using System.Text;
using Gearpump.Files;
using Gearpump.Sources;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Files;

/// <summary>The file source on real files.</summary>
public sealed class FileSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GetSplitsAsync_FileFolderAndPattern_NameTheFilesInOrder()
    {
        var file = _folder.Write("b.txt", "1");
        _folder.Write("a.txt", "1");
        _folder.Write("c.csv", "1");
        _folder.Write("sub/d.txt", "1");
        _folder.Write(".hidden", "1");
        (await IdsAsync(file)).ShouldBe(["b.txt"]);
        (await IdsAsync(_folder.Root)).ShouldBe(["a.txt", "b.txt", "c.csv", "sub/d.txt"]);
        (await IdsAsync(_folder["*.txt"])).ShouldBe(["a.txt", "b.txt"]);
    }

    [Theory]
    [InlineData("missing.txt", "does not exist")]
    [InlineData("missing/*.txt", "does not exist")]
    [InlineData("*.nothing", "has no files")]
    [InlineData("empty", "has no files")]
    public async Task GetSplitsAsync_NothingThere_IsRefusedNamingThePath(string path, string message)
    {
        Directory.CreateDirectory(_folder["empty"]);
        var error = await Should.ThrowAsync<SourceLostException>(async () => await new FileSource(_folder[path]).GetSplitsAsync(Cancellation));
        error.Message.ShouldContain(_folder[path]);
        error.Message.ShouldContain(message);
    }

    [Fact]
    public async Task OpenAsync_FileHasBecomeShorterOrIsGone_IsLostNamingFileAndSizes()
    {
        var path = _folder.Write("a.txt", "0123456789\n");
        var source = new FileSource(path);
        var split = (await source.GetSplitsAsync(Cancellation)).Single();
        File.WriteAllText(path, "01");
        var error = await Should.ThrowAsync<SourceLostException>(async () => await source.OpenAsync(split, split.Start, Cancellation));
        error.Message.ShouldContain(path);
        error.Message.ShouldContain("2 bytes");
        error.Message.ShouldContain("11");
        File.Delete(path);
        (await Should.ThrowAsync<SourceLostException>(async () => await source.OpenAsync(split, split.Start, Cancellation))).Message.ShouldContain(path);
    }

    [Fact]
    public async Task OpenAsync_FolderIsGone_NamesTheFolder()
    {
        _folder.Write("in/a.txt", "1");
        _folder.Write("a.txt", "another file of that name");
        var source = new FileSource(_folder["in"]);
        var split = (await source.GetSplitsAsync(Cancellation)).Single();
        Directory.Delete(_folder["in"], recursive: true);
        (await Should.ThrowAsync<SourceLostException>(async () => await source.OpenAsync(split, split.Start, Cancellation)))
            .Message.ShouldContain(_folder["in"]);
    }

    [Fact]
    public async Task Read_FileHasGrown_EndsWhereItEndedWhenTheInstanceBegan()
    {
        var path = _folder.Write("a.txt", "one\ntw");
        var source = new FileSource(path);
        var split = (await source.GetSplitsAsync(Cancellation)).Single();
        File.AppendAllText(path, "o\nthree\n");
        (await ReadAsync(source, split, split.Start)).Records.ShouldBe(["one", "tw"]);
    }

    [Theory]
    [InlineData("aaaaaaaaaa\n", "aaaaaaaaaa", "")]
    [InlineData("aaaaaaaaaa\r\nb", "aaaaaaaaaa|b", "")]
    [InlineData("aaaaaaaaaa", "aaaaaaaaaa", "")]
    [InlineData("aaaaaaaaaaa", "", "aaaaaaaaaa|a")]
    [InlineData("aaaaaaaaaaa\nb\n", "b", "aaaaaaaaaa|a")]
    [InlineData("aaaaaaaaaaa\r\nb\n", "b", "aaaaaaaaaa|a\r")]
    [InlineData("aaaaaaaaaa\r", "", "aaaaaaaaaa|\r")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa\nb", "b", "aaaaaaaaaa|aaaaaaaaaa")]
    [InlineData("a\naaaaaaaaaaaaaaaaaaaaaaaaa", "a", "aaaaaaaaaa|aaaaaaaaaa|aaaaa")]
    public async Task Read_LinesAroundTheLimit_AreTakenOrRejectedInBoundedParts(string text, string records, string rejected)
    {
        var source = new FileSource(_folder.Write("a.txt", text));
        var split = (await source.GetSplitsAsync(Cancellation)).Single();
        var sink = await ReadAsync(source, split, split.Start, new CollectingSink(recordBytesMax: 10));
        string.Join('|', sink.Records).ShouldBe(records);
        string.Join('|', sink.Rejected.Select(static part => Encoding.UTF8.GetString(part.Bytes))).ShouldBe(rejected);
    }

    [Fact]
    public async Task Position_WithinALineThatIsTooLong_ReplaysExactlyTheRest()
    {
        var bytes = new byte[300_000];
        new Random(3).NextBytes(bytes);
        bytes.AsSpan().Replace((byte)'\n', (byte)0);
        var source = new FileSource(_folder.Write("a.txt", [.. "first\n"u8, .. bytes, .. "\nlast"u8]));
        var split = (await source.GetSplitsAsync(Cancellation)).Single();
        await using var reader = await source.OpenAsync(split, split.Start, Cancellation);
        var sink = new CollectingSink(recordBytesMax: 7_000, stopEvery: 1);
        while (reader.Read(sink) != ReadStatus.Ended)
        {
            var rest = await ReadAsync(source, split, reader.Position, new CollectingSink(recordBytesMax: 7_000));
            sink.Records.Concat(rest.Records).ShouldBe(["first", "last"]);
            sink.Rejected.Concat(rest.Rejected).SelectMany(static part => part.Bytes).ToArray().AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        }

        sink.Rejected.ShouldAllBe(part => part.Bytes.Length <= 7_000 && part.Reason.Contains("7000"));
        sink.Rejected[^1].Reason.ShouldContain("last part");
    }

    [Fact]
    public async Task Read_Repeat_ReadsEachFileSoOftenAndItsPositionSaysWhichTime()
    {
        _folder.Write("a", "1\n2");
        _folder.Write("b", "");
        var source = new FileSource(_folder.Root, new FileSourceOptions { Repeat = 3 });
        var splits = await source.GetSplitsAsync(Cancellation);
        splits.Select(static split => split.Id).ShouldBe(["a", "b"]);
        (await ReadAsync(source, splits[1], splits[1].Start)).Records.ShouldBeEmpty();

        string[] all = ["1", "2", "1", "2", "1", "2"];
        await using var reader = await source.OpenAsync(splits[0], splits[0].Start, Cancellation);
        var sink = new CollectingSink(stopEvery: 1);
        while (reader.Read(sink) != ReadStatus.Ended)
        {
            (await ReadAsync(source, splits[0], reader.Position)).Records.ShouldBe(all.Skip(sink.Records.Count));
        }

        sink.Records.ShouldBe(all);
        source.Identity.ShouldNotBe(new FileSource(_folder.Root).Identity);
    }

    [Fact]
    public async Task Read_Paced_HoldsBackUntilTheFileIsDeleted()
    {
        var pace = _folder.Write("pace", "0");
        var input = _folder.Write("in/a", string.Concat(Enumerable.Repeat("x\n", 5_000)));
        var source = new PacedSource(new FileSource(input), pace);
        var split = (await source.GetSplitsAsync(Cancellation)).Single();
        await using var reader = await source.OpenAsync(split, split.Start, Cancellation);
        var sink = new CollectingSink();
        reader.Read(sink).ShouldBe(ReadStatus.Idle);
        sink.Records.ShouldBeEmpty();

        File.WriteAllText(pace, "");
        File.Delete(pace);
        ReadStatus status;
        while ((status = reader.Read(sink)) == ReadStatus.Idle)
        {
            await reader.WaitAsync(Cancellation);
        }

        status.ShouldBe(ReadStatus.Ended);
        sink.Records.Count.ShouldBe(5_000);
    }

    [Fact]
    public async Task PositionAtAsync_ByTime_IsRefusedNamingTheSource()
    {
        ITimeReplayableSource source = new FileSource(_folder.Write("a", "1"));
        var split = (await source.GetSplitsAsync(Cancellation)).Single();
        (await Should.ThrowAsync<NotSupportedException>(async () => await source.PositionAtAsync(split, DateTimeOffset.UnixEpoch, Cancellation)))
            .Message.ShouldContain(_folder["a"]);
    }

    [Fact]
    public async Task PositionText_AfterALine_IsItsByte()
    {
        var source = new FileSource(_folder.Write("a", "one\ntwo\n"));
        var split = (await source.GetSplitsAsync(Cancellation)).Single();
        await using var reader = await source.OpenAsync(split, split.Start, Cancellation);
        reader.Read(new CollectingSink(stopEvery: 1));
        reader.PositionText.ShouldBe("byte 4");
    }

    private static async Task<string[]> IdsAsync(string path) => (await new FileSource(path).GetSplitsAsync(Cancellation)).Select(static split => split.Id).ToArray();

    private static async Task<CollectingSink> ReadAsync(FileSource source, SourceSplit split, SourcePosition from, CollectingSink? sink = null)
    {
        sink ??= new CollectingSink();
        await using var reader = await source.OpenAsync(split, from, Cancellation);
        reader.Read(sink).ShouldBe(ReadStatus.Ended);
        return sink;
    }
}
