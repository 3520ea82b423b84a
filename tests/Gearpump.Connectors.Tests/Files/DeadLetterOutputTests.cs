using System.Text;
using Gearpump.Connectors.Tests.Conformance;
using Gearpump.Files;
using Gearpump.Outputs;
using Gearpump.Sources;
using Shouldly;
using Xunit;
using Record = Gearpump.Runtime.Record;

namespace Gearpump.Connectors.Tests.Files;

/// <summary>The dead letters' output on a real file system.</summary>
public sealed class DeadLetterOutputTests : OutputConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override IOutput Output => new DeadLetterOutput(_folder["rejected"]);

    public void Dispose() => _folder.Dispose();

    protected override IReadOnlyList<string> Committed(string instance) =>
        DeadLetters.Read(_folder["rejected"], instance).Select(static letter => Encoding.UTF8.GetString(letter.Bytes)).ToList();

    protected override Record Line(string text) => Letter("""{"reason":"bad"}"""u8.ToArray(), Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task Read_AnyBytes_AreGivenBackWithTheirHeaders()
    {
        byte[] bytes = [0, 10, 13, 9, 0xFF, .. "{\"length\":3}\n"u8, 10];
        await using var session = await Output.OpenSessionAsync(Publisher, Cancellation);
        var encoder = Output.CreateEncoder();
        encoder.TryAdd(Letter("""{"reason":"no UTF-8","step":"lines","position":"byte 12"}"""u8.ToArray(), bytes), out _).ShouldBeTrue();
        encoder.TryAdd(Letter("""{"reason":"empty"}"""u8.ToArray(), []), out _).ShouldBeTrue();
        var segments = new List<ReadOnlyMemory<byte>>();
        encoder.Complete((_, segment, _) => segments.Add(segment));
        await session.PublishAsync(segments.ToAsyncEnumerable(), new PublishMarker(1, PublishMarker.WholeCut), Cancellation);

        var letters = DeadLetters.Read(_folder["rejected"], Publisher.Instance).ToList();
        letters.Count.ShouldBe(2);
        letters[0].Bytes.ShouldBe(bytes);
        ((string?)letters[0].Header["reason"]).ShouldBe("no UTF-8");
        ((string?)letters[0].Header["position"]).ShouldBe("byte 12");
        ((int?)letters[0].Header["length"]).ShouldBe(bytes.Length);
        letters[1].Bytes.ShouldBeEmpty();
    }

    [Fact]
    public void Read_DamagedFile_IsRefusedByName()
    {
        var path = _folder.Write("rejected/i-000000000001-0000.rejected", "{\"length\":30}\nshort\n");
        Should.Throw<InvalidDataException>(() => DeadLetters.Read(_folder["rejected"], "i").ToList()).Message.ShouldContain(path);
    }

    [Fact]
    public void System_SameFolderAsAnOutput_IsAnother() => Output.System.ShouldNotBe(new FileOutput(_folder["rejected"]).System);

    private static Record Letter(byte[] header, byte[] bytes) => new(0, header, bytes, valueIsKey: false, IRecordSink.NoEventTime);
}
