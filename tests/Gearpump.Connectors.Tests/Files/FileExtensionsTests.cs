using Gearpump.Files;
using Gearpump.Graph;
using Shouldly;
using Xunit;

namespace Gearpump.Connectors.Tests.Files;

public sealed class FileExtensionsTests
{
    [Theory]
    [InlineData("counts", "counts")]
    [InlineData("Out Folder/Top_Words/", "top-words")]
    [InlineData("x/___", "files")]
    public void ToFiles_WithoutAName_NamesTheStepAfterTheFolder(string folder, string step) =>
        Build(folder).Stages.SelectMany(static stage => stage.Outputs).Single().Step.ShouldBe(step);

    [Fact]
    public void ToFiles_WithoutDeadLetters_SuggestsAFolderBesideTheFirstOutput()
    {
        var letters = Build(Path.Combine("some", "counts")).DeadLetters.ShouldNotBeNull()(new NoServices()).ShouldBeOfType<DeadLetterOutput>();
        letters.Folder.ShouldBe(Path.GetFullPath(Path.Combine("some", "rejected")));
    }

    private static JobGraph Build(string folder)
    {
        var graph = new GraphBuilder("job");
        graph.FromFiles("text", Serde.Utf8).ToFiles(folder);
        return graph.Build();
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
