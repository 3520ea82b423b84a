using System.Globalization;
using Gearpump.Files;
using Microsoft.Extensions.Hosting;

namespace Gearpump.Services.Tests;

/// <summary>Every role in this process, over real loopback gRPC, with the real folder store and an embedded Redis.</summary>
public sealed class LocalRunTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Run_FilesToFiles_EveryUpdateOnceInOrder(int processors)
    {
        using var folder = new TemporaryFolder();
        var lines = Enumerable.Range(0, 20_000).Select(number => string.Create(CultureInfo.InvariantCulture, $"line-{number % 97}")).ToList();
        await File.WriteAllLinesAsync(folder["in.txt"], lines, TestContext.Current.CancellationToken);

        var code = await RunAsync(folder, $"--Gearpump:Processors={processors}");

        code.ShouldBe(0);
        var committed = CommittedFiles.Read(folder["counts"], Instance(folder)).GroupBy(update => update.Key).ToDictionary(group => group.Key, group => group.Select(update => update.Value).ToList());
        committed.Count.ShouldBe(97);
        foreach (var expected in lines.GroupBy(line => line))
        {
            committed[expected.Key].ShouldBe(Enumerable.Range(1, expected.Count()).Select(count => count.ToString(CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public async Task Run_AgainAfterTheEnd_ExitsZeroAndWritesNothing()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["in.txt"], "a\nb\na\n", TestContext.Current.CancellationToken);
        (await RunAsync(folder)).ShouldBe(0);
        var before = Directory.GetFiles(folder["counts"]);

        (await RunAsync(folder)).ShouldBe(0);

        Directory.GetFiles(folder["counts"]).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task Run_NoSuchInput_IsRefusedWith78()
    {
        using var folder = new TemporaryFolder();

        (await RunAsync(folder)).ShouldBe(78);
    }

    [Fact]
    public async Task Run_WrongOption_IsRefusedWith78BeforeAnythingIsMade()
    {
        using var folder = new TemporaryFolder();

        (await RunAsync(folder, "--Gearpump:CheckpointInterval=never")).ShouldBe(78);

        Directory.Exists(folder["state"]).ShouldBeFalse();
    }

    private static async Task<int> RunAsync(TemporaryFolder folder, params string[] arguments)
    {
        var builder = Host.CreateApplicationBuilder([$"--Gearpump:State={folder["state"]}", "--Gearpump:Progress=false", .. arguments]);
        builder.AddGearpump("local", graph => graph
                .FromFiles(folder["in.txt"], Serde.Utf8)
                .KeyBy(static line => line)
                .Process("count", static () => new CountLines())
                .ToFiles(folder["counts"], Serde.Utf8, Serde.DecimalText))
            .UseExactlyOnce(TimeSpan.FromMilliseconds(200));
        using var host = builder.Build();
        return await host.RunGearpumpAsync().WaitAsync(Most, TestContext.Current.CancellationToken);
    }

    private static string Instance(TemporaryFolder folder)
    {
        var file = Path.GetFileName(Directory.GetFiles(folder["counts"]).First());
        return file[..file.IndexOf('-', StringComparison.Ordinal)];
    }
}
