using System.Text;
using Gearpump.Connectors.Tests.Conformance;
using Gearpump.Files;
using Gearpump.Outputs;
using Shouldly;
using Xunit;
using Record = Gearpump.Runtime.Record;

namespace Gearpump.Connectors.Tests.Files;

/// <summary>The file output on a real file system.</summary>
public sealed class FileOutputTests : OutputConformance, IDisposable
{
    private static readonly DirectWriterId Writer = new("job", FirstPublisher.Instance, 3, "counts", 1);
    private readonly TemporaryFolder _folder = new();

    protected override IOutput Output => new FileOutput(_folder["out"]);

    public void Dispose() => _folder.Dispose();

    protected override IReadOnlyList<string> Committed(string instance) => CommittedFiles.Read(_folder["out"], instance).Select(static record => record.Value).ToList();

    [Fact]
    public async Task PublishAsync_NameExists_KeepsTheFirstFile()
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        await PublishAsync(session, 1, ["first"]);
        await PublishAsync(session, 1, ["second"]);
        Committed(Publisher.Instance).ShouldBe(["first"]);
        Path.GetFileName(Directory.GetFiles(_folder["out"]).Single()).ShouldBe("0a1b2c-000000000001-0000.txt");
    }

    [Fact]
    public async Task OpenSessionAsync_PublisherWasKilledBetweenWriteAndLink_MarkerIsOldAndItsFileIsGone()
    {
        await using (var first = await Output.OpenSessionAsync(Publisher, Cancellation))
        {
            await PublishAsync(first, 1, ["a"]);
        }

        // What SIGKILL leaves of cut 2.
        var mine = _folder.Write("out/.tmp-0a1b2c-0000.txt-0123", "b\n");
        var youngOfAnother = _folder.Write("out/.tmp-ffff-0000.txt-0123", "x\n");
        var oldOfAnother = _folder.Write("out/.tmp-eeee-0000.txt-0123", "x\n");
        File.SetLastWriteTimeUtc(oldOfAnother, DateTime.UtcNow.AddHours(-1));

        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        (await session.ReadMarkerAsync(Cancellation)).ShouldBe(new PublishMarker(1, PublishMarker.WholeCut));
        Committed(Publisher.Instance).ShouldBe(["a"]);
        File.Exists(mine).ShouldBeFalse();
        File.Exists(oldOfAnother).ShouldBeFalse();
        File.Exists(youngOfAnother).ShouldBeTrue();
    }

    [Fact]
    public async Task OpenSessionAsync_OlderSessionIsWriting_CannotPublishAnyMore()
    {
        await using var old = await Output.OpenSessionAsync(Publisher, Cancellation);
        var opened = new TaskCompletionSource();
        var writing = new TaskCompletionSource();
        var publishing = old.PublishAsync(Segments(), new PublishMarker(1, PublishMarker.WholeCut), Cancellation).AsTask();
        await writing.Task;
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        opened.SetResult();
        await Should.ThrowAsync<IOException>(publishing);
        (await session.ReadMarkerAsync(Cancellation)).ShouldBeNull();

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Segments()
        {
            yield return Encode(["a"]);
            writing.SetResult();
            await opened.Task;
        }
    }

    [Fact]
    public async Task ReadMarkerAsync_FilesOfOthersInTheFolder_DoNotCount()
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        await PublishAsync(session, 4, ["a"]);
        _folder.Write("out/0a1b2c-zzz-0000.txt", "x");
        _folder.Write("out/0a1b2c-notes.txt", "x");
        _folder.Write("out/0a1b2c-000000000009-0001.txt", "x");
        _folder.Write("out/counts.tsv", "x");
        (await session.ReadMarkerAsync(Cancellation)).ShouldBe(new PublishMarker(4, PublishMarker.WholeCut));
    }

    [Theory]
    [InlineData("a\tb", "1")]
    [InlineData("a\nb", "1")]
    [InlineData("a", "1\r")]
    [InlineData("a", "\t")]
    public void TryAdd_SeparatorInKeyOrValue_IsRejectedWithAReason(string key, string value)
    {
        var encoder = Output.CreateEncoder();
        encoder.TryAdd(Keyed(key, value), out var rejection).ShouldBeFalse();
        rejection.ShouldNotBeNull().ShouldContain("TAB");
        encoder.BufferedBytes.ShouldBe(0);
        encoder.Complete((_, _, _) => Assert.Fail("nothing was added"));
    }

    [Fact]
    public async Task Read_KeyedRecords_GivesKeyValueAndCut()
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        var encoder = Output.CreateEncoder();
        encoder.TryAdd(Keyed("wörd", "1"), out _).ShouldBeTrue();
        encoder.TryAdd(Keyed("", "2"), out _).ShouldBeTrue();
        var segments = new List<ReadOnlyMemory<byte>>();
        encoder.Complete((publisher, segment, _) => segments.Add(segment));
        await session.PublishAsync(segments.ToAsyncEnumerable(), new PublishMarker(12, PublishMarker.WholeCut), Cancellation);
        CommittedFiles.Read(_folder["out"], Publisher.Instance).ShouldBe([("wörd", "1", 12L), ("", "2", 12L)]);
    }

    [Fact]
    public async Task Read_FileAppearsWhileReading_IsReadWhenReadAgain()
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        await PublishAsync(session, 1, ["a"]);
        using var reading = CommittedFiles.Read(_folder["out"], Publisher.Instance).GetEnumerator();
        reading.MoveNext().ShouldBeTrue();
        await PublishAsync(session, 2, ["b"]);
        reading.MoveNext().ShouldBeFalse();
        Committed(Publisher.Instance).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Read_NoFolder_IsEmpty() => CommittedFiles.Read(_folder["none"], "i").ShouldBeEmpty();

    [Fact]
    public async Task ReadBytes_ValueIsNotUtf8_IsByteForByte()
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        var encoder = Output.CreateEncoder();
        encoder.TryAdd(new Record(new byte[] { 0xFF, 0xFE }), out _).ShouldBeTrue();
        var segments = new List<ReadOnlyMemory<byte>>();
        encoder.Complete((_, segment, _) => segments.Add(segment));
        await session.PublishAsync(segments.ToAsyncEnumerable(), new PublishMarker(1, PublishMarker.WholeCut), Cancellation);
        CommittedFiles.ReadBytes(_folder["out"], Publisher.Instance).Single().Value.ToArray().ShouldBe([0xFF, 0xFE]);
        Should.Throw<DecoderFallbackException>(() => CommittedFiles.Read(_folder["out"], Publisher.Instance).ToList());
    }

    [Fact]
    public async Task AppendAsync_ProcessWasKilledWithinALine_TheTornLineIsNoRecord()
    {
        await using (var writer = await Output.OpenDirectAsync(Writer, Cancellation))
        {
            await writer.AppendAsync(Encode(["a", "b"]), Cancellation);
        }

        var path = Directory.GetFiles(_folder["out"]).Single();
        Path.GetFileName(path).ShouldBe("0a1b2c-e00000003-counts-0001.log");

        // Torn within a character.
        File.AppendAllBytes(path, [(byte)'x', 0xC3]);
        Direct().ShouldBe(["a", "b"]);
        await using var again = await Output.OpenDirectAsync(Writer, Cancellation);
        await again.AppendAsync(Encode(["c"]), Cancellation);
        Direct().ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task ReadDirect_SeveralEpochs_AreInTheirOrder()
    {
        foreach (var epoch in new long[] { 11, 2, 100 })
        {
            await using var writer = await Output.OpenDirectAsync(Writer with { Epoch = epoch }, Cancellation);
            await writer.AppendAsync(Encode([$"{epoch}-1", $"{epoch}-2"]), Cancellation);
        }

        Direct().ShouldBe(["2-1", "2-2", "11-1", "11-2", "100-1", "100-2"]);
        CommittedFiles.ReadDirect(_folder["out"], Publisher.Instance).Select(static record => record.Epoch).Distinct().ShouldBe([2, 11, 100]);
    }

    [Fact]
    public async Task PublishAsync_HalfACut_IsRefused()
    {
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        await Should.ThrowAsync<NotSupportedException>(async () => await session.PublishAsync(
            AsyncEnumerable.Empty<ReadOnlyMemory<byte>>(), new PublishMarker(1, 1), Cancellation));
    }

    private string[] Direct() => CommittedFiles.ReadDirect(_folder["out"], Publisher.Instance).Select(static record => record.Value).ToArray();

    private static Record Keyed(string key, string value) => new(1, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), valueIsKey: false, Gearpump.Sources.IRecordSink.NoEventTime);
}
