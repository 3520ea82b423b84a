using Gearpump.EndToEnd.Support;
using Gearpump.Files;
using Gearpump.Hosting.Launch;
using Shouldly;
using Xunit;

namespace Gearpump.EndToEnd;

/// <summary>The program that the README shows, as it stands there. Real: a process, gRPC, files, an embedded Redis (Garnet).</summary>
public sealed class FirstProgramTests
{
    [Fact]
    public async Task Run_InAFolderWithText_CountsItsWords()
    {
        using var folder = new TextFolder();
        Directory.CreateDirectory(Path.Combine(folder.Root, "text"));
        await File.WriteAllTextAsync(Path.Combine(folder.Root, "text", "a.txt"), "to be or not to be\n", TestContext.Current.CancellationToken);

        using var program = WordCountProgram.Start("FirstProgram.dll", folder.Root);
        (await program.ExitAsync()).ShouldBe(0, program.Output);

        var instance = JobState.Read(Path.Combine(folder.Root, ".state"), "first-program").ShouldNotBeNull().Instance;
        CommittedFiles.Read(Path.Combine(folder.Root, "counts"), instance).Select(update => $"{update.Key} {update.Value}")
            .ShouldBe(["to 1", "to 2", "be 1", "be 2", "or 1", "not 1"], ignoreOrder: true);
    }
}
