using System.Text;
using Gearpump.EndToEnd.Support;
using Gearpump.Files;
using Gearpump.Hosting.Launch;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>The word count by its command line. Real: processes, gRPC, files, an embedded Redis (Garnet).</summary>
public sealed class WordCountTests
{
    [Fact]
    public async Task Run_Embedded_CountsEveryWord()
    {
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 3_000, 1);

        var (code, output) = await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output);

        code.ShouldBe(0, output);
        folder.ReadCounts().ShouldBe(expected, ignoreOrder: true);
        File.ReadLines(Path.Combine(folder.Output, "counts.tsv")).ShouldBe(
            File.ReadLines(Path.Combine(folder.Output, "counts.tsv")).OrderBy(line => Convert.ToHexString(Encoding.UTF8.GetBytes(line.Split('\t')[0])), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--processes", "4")]
    [InlineData("--at-least-once", null)]
    public async Task Run_OtherSettings_CountsEveryWord(string option, string? value)
    {
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 3_000, 2);

        var (code, output) = await WordCountProgram.RunAsync(
            ["--input", folder.Input, "--output", folder.Output, option, .. value is null ? Array.Empty<string>() : [value]]);

        code.ShouldBe(0, output);
        folder.ReadCounts().ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task Run_StoppedAndStartedWithOtherProcesses_GoesOnExactly()
    {
        using var folder = new TextFolder();
        var expected = folder.Write("a.txt", 20_000, 3);
        await File.WriteAllTextAsync(folder.PaceFile, "4000", TestContext.Current.CancellationToken);
        string[] arguments = ["--input", folder.Input, "--output", folder.Output, "--pace-file", folder.PaceFile, "--checkpoint", "200ms"];
        var counts = Path.Combine(folder.Output, "counts");

        using (var first = WordCountProgram.Start([.. arguments, "--processes", "4"]))
        {
            await WaitAsync.ForAsync("two committed files", () => Directory.Exists(counts) && Directory.GetFiles(counts, "*.txt").Length >= 2);
            first.Interrupt();
            (await first.ExitAsync()).ShouldBe(0, first.Output);
            first.Output.ShouldContain("goes on from here");
        }

        var instance = JobState.Read(Path.Combine(folder.Output, ".state"), "word-count")!.Instance;
        CommittedFiles.Read(counts, instance).Count().ShouldBeLessThan(200_000);
        File.Delete(folder.PaceFile);
        var (code, output) = await WordCountProgram.RunAsync([.. arguments, "--processes", "5"]);

        code.ShouldBe(0, output);
        JobState.Read(Path.Combine(folder.Output, ".state"), "word-count")!.Instance.ShouldBe(instance);
        folder.ReadCounts().ShouldBe(expected, ignoreOrder: true);
        FileUpdates.CheckAll(counts, instance, expected);
    }

    [Fact]
    public async Task Run_FinishedJobAgain_SaysSoAndExitsZero()
    {
        using var folder = new TextFolder();
        folder.Write("a.txt", 100, 4);
        await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output);

        var (code, output) = await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output);

        code.ShouldBe(0, output);
        output.ShouldContain("the job has ended");
    }

    [Fact]
    public async Task Run_OtherInputForTheSameState_IsRefusedNamingBothUnlessFresh()
    {
        using var folder = new TextFolder();
        folder.Write("a.txt", 100, 5);
        await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output);
        var other = Path.Combine(folder.Root, "other.txt");
        await File.WriteAllTextAsync(other, "one two two\n", TestContext.Current.CancellationToken);

        var (code, output) = await WordCountProgram.RunAsync("--input", other, "--output", folder.Output);
        code.ShouldBe(78, output);
        output.ShouldContain(other);
        output.ShouldContain(folder.Input);
        output.ShouldContain("--fresh");

        var (again, _) = await WordCountProgram.RunAsync("--input", other, "--output", folder.Output, "--fresh");
        again.ShouldBe(0);
        folder.ReadCounts().ShouldBe(new Dictionary<string, long> { ["one"] = 1, ["two"] = 2 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Run_OtherGuaranteeForTheSameState_IsRefused()
    {
        using var folder = new TextFolder();
        folder.Write("a.txt", 100, 6);
        await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output);

        var (code, output) = await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output, "--at-least-once");

        code.ShouldBe(78, output);
        output.ShouldContain("delivers at least once, the state was made with exactly once");
    }

    [Theory]
    [InlineData("nothing-here")]
    [InlineData("")]
    public async Task Run_InputThatIsMissingOrHasNoFiles_Exits78NamingIt(string name)
    {
        using var folder = new TextFolder();
        var input = Path.Combine(folder.Input, name);

        var (code, output) = await WordCountProgram.RunAsync("--input", input, "--output", folder.Output);

        code.ShouldBe(78, output);
        output.ShouldContain(input.TrimEnd('/'));
    }

    [Fact]
    public async Task Run_EmptyFile_EndsWithNothing()
    {
        using var folder = new TextFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Input, "empty.txt"), "", TestContext.Current.CancellationToken);

        var (code, output) = await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output);

        code.ShouldBe(0, output);
        folder.ReadCounts().ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_WrongOptions_Exits78WithAllOfThem()
    {
        var (code, output) = await WordCountProgram.RunAsync("--procesess", "4", "--repeat", "zero");

        code.ShouldBe(78, output);
        output.ShouldContain("'--procesess' is no option");
        output.ShouldContain("--repeat 'zero'");
    }

    [Fact]
    public async Task Run_BadLines_GoToTheRejectedRecordsByteForByte()
    {
        using var folder = new TextFolder();
        byte[] bad = [(byte)'x', 0xFF, 0xFE, (byte)'y'];
        var tooLong = Encoding.ASCII.GetBytes(new string('z', 300));
        await File.WriteAllBytesAsync(
            Path.Combine(folder.Input, "mixed.txt"), [.. "good line\n"u8, .. bad, .. "\n"u8, .. tooLong, .. "\ngood end\n"u8], TestContext.Current.CancellationToken);

        var (code, output) = await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output, "--record-limit", "100");

        code.ShouldBe(0, output);
        folder.ReadCounts().ShouldBe(new Dictionary<string, long> { ["good"] = 2, ["line"] = 1, ["end"] = 1 }, ignoreOrder: true);
        var instance = JobState.Read(Path.Combine(folder.Output, ".state"), "word-count")!.Instance;
        var rejected = DeadLetters.Read(Path.Combine(folder.Output, "rejected"), instance).ToList();
        rejected[0].Bytes.ShouldBe(bad);
        rejected[0].Header["split"]!.GetValue<string>().ShouldBe("mixed.txt");
        rejected[0].Header["position"]!.GetValue<string>().ShouldBe("byte 10");
        rejected.Skip(1).SelectMany(letter => letter.Bytes).ToArray().ShouldBe(tooLong);
        output.ShouldContain("records were rejected");
    }

    [Fact]
    public async Task Run_BadLineWithBadInputFail_StopsNamingFileAndOffset()
    {
        using var folder = new TextFolder();
        await File.WriteAllBytesAsync(Path.Combine(folder.Input, "bad.txt"), [.. "good line\n"u8, 0xFF, .. "\n"u8], TestContext.Current.CancellationToken);

        var (code, output) = await WordCountProgram.RunAsync("--input", folder.Input, "--output", folder.Output, "--bad-input", "fail");

        code.ShouldBe(1, output);
        output.ShouldContain("bad.txt at byte 10");
    }
}
