using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gearpump.PlantedBugs;

/// <summary>Compiles engine and SDK in memory, with a bug in them or without.</summary>
internal sealed class MutantCompiler
{
    private readonly SourceProject _sdk;
    private readonly SourceProject _engine;
    private readonly CSharpCompilation _sdkAsIs;
    private readonly CSharpCompilation _engineAsIs;

    public MutantCompiler()
    {
        var root = SourceProject.Root();
        _sdk = SourceProject.Open(root, "sdk", "Gearpump.Sdk");
        _engine = SourceProject.Open(root, "engine", "Gearpump.Engine");
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => !Path.GetFileName(path).StartsWith("Gearpump.", StringComparison.Ordinal))
            .Select(static path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToList();
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable, concurrentBuild: false, deterministic: true);
        _sdkAsIs = CSharpCompilation.Create(_sdk.Assembly, _sdk.Trees, platform, options);
        var sdk = MetadataReference.CreateFromFile(typeof(Runtime.Record).Assembly.Location);
        _engineAsIs = CSharpCompilation.Create(_engine.Assembly, _engine.Trees, [.. platform, sdk], options);
    }

    /// <summary>The assemblies of a program with the bug, or, null, of the product as it is.</summary>
    /// <exception cref="CatalogueException">The bug does not fit the sources, or does not compile.</exception>
    public IReadOnlyDictionary<string, byte[]> Compile(PlantedBug? bug)
    {
        var (sdk, engine) = (_sdkAsIs, _engineAsIs);
        foreach (var file in bug?.Edits.GroupBy(static edit => edit.File, StringComparer.Ordinal) ?? [])
        {
            if (_engine.Has(file.Key))
            {
                var (before, after) = _engine.Change(bug!, file.Key, file);
                engine = engine.ReplaceSyntaxTree(before, after);
            }
            else if (_sdk.Has(file.Key))
            {
                var (before, after) = _sdk.Change(bug!, file.Key, file);
                sdk = sdk.ReplaceSyntaxTree(before, after);
            }
            else
            {
                throw new CatalogueException($"planted bug '{bug!.Name}': there is no {file.Key}; the catalogue has to follow the source");
            }
        }

        var made = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [_engine.Assembly] = Emit(engine, bug) };
        if (sdk != _sdkAsIs)
        {
            made.Add(_sdk.Assembly, Emit(sdk, bug));
        }

        return made;
    }

    private static byte[] Emit(CSharpCompilation compilation, PlantedBug? bug)
    {
        using var bytes = new MemoryStream();
        var result = compilation.Emit(bytes);
        return result.Success
            ? bytes.ToArray()
            : throw new CatalogueException($"planted bug '{bug?.Name ?? "none"}' does not compile:\n"
                + string.Join('\n', result.Diagnostics.Where(static one => one.Severity == DiagnosticSeverity.Error).Take(5)));
    }
}
