using System.Text.RegularExpressions;
using Gearpump.Hosting.Options;

namespace Gearpump.Services.Tests;

/// <summary>What README and docs show is what there is.</summary>
public sealed class DocsTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Options_EachStandsInTheDocs()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "options.md"));

        typeof(GearpumpOptions).GetProperties().Select(property => property.Name).Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void FirstProgram_InTheReadme_IsTheExampleAndAtMost25Lines()
    {
        var program = File.ReadAllText(Path.Combine(Root, "examples", "FirstProgram", "Program.cs"));

        File.ReadAllText(Path.Combine(Root, "README.md")).ShouldContain($"```csharp\n{program}```");
        program.TrimEnd().Split('\n').Length.ShouldBeLessThanOrEqualTo(25);
    }

    [Fact]
    public void Links_InReadmeAndDocs_LeadSomewhere()
    {
        var pages = Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Append(Path.Combine(Root, "README.md"));

        var broken = pages.SelectMany(page => Regex.Matches(File.ReadAllText(page), @"\]\((?!http)(?<path>[^)#]+)[^)]*\)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .Select(link => Path.Combine(Path.GetDirectoryName(page)!, link.Groups["path"].Value))).Where(path => !File.Exists(path) && !Directory.Exists(path));

        broken.ShouldBeEmpty();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gearpump.Grpc.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the test does not run inside of the project");
        }

        return folder.FullName;
    }
}
