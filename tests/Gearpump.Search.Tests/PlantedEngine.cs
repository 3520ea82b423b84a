using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gearpump.Search.Tests;

/// <summary>The engine compiled with a planted bug, and the search compiled against the sound one but loaded beside this one.</summary>
internal sealed class PlantedEngine : AssemblyLoadContext
{
    private const string Engine = "Gearpump.Engine";
    private readonly byte[] _engine;

    private PlantedEngine(byte[] engine)
        : base("planted", isCollectible: true) => _engine = engine;

    /// <summary>Runs the plant's scenario on the engine that has it. Returns what broke, or null, and the report.</summary>
    public static (string? Violation, string Report) Search(Plant plant)
    {
        var context = new PlantedEngine(Compile(plant));
        try
        {
            var entry = context.LoadFromAssemblyName(new AssemblyName("Gearpump.Search")).GetType("Gearpump.Search.SearchEntry", throwOnError: true)!;
            return ((string?, string))entry.GetMethod("Run")!.Invoke(null, [plant.Scenario])!;
        }
        finally
        {
            context.Unload();
        }
    }

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        Engine => LoadFromStream(new MemoryStream(_engine)),
        "Gearpump.Search" => LoadFromStream(new MemoryStream(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Gearpump.Search.dll")))),
        _ => null,
    };

    private static byte[] Compile(Plant plant)
    {
        var folder = Path.Combine(Root(), "engine");
        var planted = Path.Combine(folder, plant.File);
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var written = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).StartsWith("obj", StringComparison.Ordinal) && !Path.GetRelativePath(folder, file).StartsWith("bin", StringComparison.Ordinal));
        var generated = Directory.EnumerateFiles(Path.Combine(folder, "obj", configuration), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("AssemblyInfo.cs", StringComparison.Ordinal) && !file.EndsWith("AssemblyAttributes.cs", StringComparison.Ordinal));
        var trees = written.Concat(generated).Select(file => CSharpSyntaxTree.ParseText(
            file == planted ? Replaced(File.ReadAllText(file), plant) : File.ReadAllText(file), new CSharpParseOptions(LanguageVersion.Latest), file));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetFileNameWithoutExtension(file) != Engine).Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create(Engine, trees, references, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        return emitted.Success
            ? image.ToArray()
            : throw new InvalidOperationException($"{plant}: {string.Join(Environment.NewLine, emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))}");
    }

    private static string Replaced(string source, Plant plant)
    {
        var at = source.IndexOf(plant.Text, StringComparison.Ordinal);
        return at >= 0 && source.IndexOf(plant.Text, at + 1, StringComparison.Ordinal) < 0
            ? source.Replace(plant.Text, plant.Instead, StringComparison.Ordinal)
            : throw new InvalidOperationException($"{plant}: {plant.File} has the text {(at < 0 ? "nowhere" : "more than once")}");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gearpump.Grpc.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the sources are not above the tests");
        }

        return folder.FullName;
    }
}
