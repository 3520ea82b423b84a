using System.Reflection;
using System.Runtime.Loader;
using Gearpump.PlantedBugs;

namespace Gearpump.Search.Tests;

/// <summary>The engine compiled with a planted bug, and the search compiled against the sound one but loaded beside this one.</summary>
internal sealed class PlantedEngine : AssemblyLoadContext
{
    private static readonly Lazy<MutantCompiler> Compiler = new(static () => new MutantCompiler());
    private readonly IReadOnlyDictionary<string, byte[]> _compiled;

    private PlantedEngine(IReadOnlyDictionary<string, byte[]> compiled)
        : base("planted", isCollectible: true) => _compiled = compiled;

    /// <summary>Runs the plant's scenario on the engine that has it. Returns what broke, or null, and the report.</summary>
    public static (string? Violation, string Report) Search(Plant plant)
    {
        var bug = new PlantedBug("Search", plant.Name, plant.Finds) { Edits = [new SourceEdit("engine/" + plant.File, plant.Text, plant.Instead)] };
        var context = new PlantedEngine(Compiler.Value.Compile(bug));
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
        { } name when _compiled.TryGetValue(name, out var bytes) => LoadFromStream(new MemoryStream(bytes)),
        "Gearpump.Search" => LoadFromStream(new MemoryStream(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Gearpump.Search.dll")))),
        _ => null,
    };
}
