using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Gearpump.PlantedBugs;

/// <summary>A product project's sources, parsed once: its own files, and those that its build has generated.</summary>
internal sealed class SourceProject
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest, DocumentationMode.None, preprocessorSymbols: ["NET", "NET10_0", "NET10_0_OR_GREATER", "FAILPOINTS"]);
    private readonly Dictionary<string, SyntaxTree> _trees = new(StringComparer.Ordinal);

    private SourceProject(string root, string folder, string assembly)
    {
        Assembly = assembly;
        var project = Path.Combine(root, folder);
        var generated = Path.Combine(project, "obj", Configuration, "net10.0");
        if (!Directory.Exists(generated))
        {
            throw new DirectoryNotFoundException($"the planted bugs need the sources that the build of {folder} has generated, and {generated} is not there");
        }

        // Protocol buffers, global usings and attributes are generated; all else under obj and bin is not for the compiler.
        var files = Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(file => !IsBelow(file, Path.Combine(project, "obj")) && !IsBelow(file, Path.Combine(project, "bin")))
            .Concat(Directory.EnumerateFiles(generated, "*.cs", SearchOption.AllDirectories));
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            _trees.Add(Path.GetRelativePath(root, file).Replace('\\', '/'), Parse(File.ReadAllText(file).ReplaceLineEndings("\n"), file));
        }
    }

    public string Assembly { get; }

    /// <summary>All trees, in the order of their names.</summary>
    public IEnumerable<SyntaxTree> Trees => _trees.Values;

    public static SourceProject Open(string root, string folder, string assembly) => new(root, folder, assembly);

    /// <summary>The folder of the solution, above the one that this program runs in.</summary>
    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gearpump.Grpc.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"the planted bugs need the sources: there is no Gearpump.Grpc.sln above {AppContext.BaseDirectory}");
    }

    public bool Has(string file) => _trees.ContainsKey(file);

    /// <summary>The tree of a file, as it is and changed.</summary>
    /// <exception cref="CatalogueException">The text does not stand there exactly once.</exception>
    public (SyntaxTree Before, SyntaxTree After) Change(PlantedBug bug, string file, IEnumerable<SourceEdit> edits)
    {
        var before = _trees[file];
        var text = before.ToString();
        foreach (var edit in edits)
        {
            var found = text.Split(edit.Original).Length - 1;
            if (found != 1)
            {
                throw new CatalogueException($"planted bug '{bug.Name}': its text stands {found} times in {file}; the catalogue has to follow the source:\n{edit.Original}");
            }

            text = text.Replace(edit.Original, edit.Replacement, StringComparison.Ordinal);
        }

        return (before, Parse(text, before.FilePath));
    }

    private static string Configuration => typeof(SourceProject).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static bool IsBelow(string file, string folder) => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text, System.Text.Encoding.UTF8), Language, path);
}
