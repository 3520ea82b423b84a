using System.Reflection;
using System.Runtime.Loader;

namespace Gearpump.PlantedBugs;

/// <summary>A simulator of its own beside the engine that was compiled for it; all else is the program's.</summary>
internal sealed class MutantContext : AssemblyLoadContext
{
    private static readonly string SimulationFile = typeof(Simulation.SeedProbe).Assembly.Location;
    private readonly IReadOnlyDictionary<string, byte[]> _compiled;

    public MutantContext(string name, IReadOnlyDictionary<string, byte[]> compiled)
        : base(name, isCollectible: true)
    {
        _compiled = compiled;
        var probe = LoadFromStream(new MemoryStream(File.ReadAllBytes(SimulationFile))).GetType(typeof(Simulation.SeedProbe).FullName!)!;
        Run = probe.GetMethod(nameof(Simulation.SeedProbe.Run))!.CreateDelegate<Func<ulong, string, string, (string? Oracle, string Told)>>();
    }

    /// <summary>Runs a seed.</summary>
    public Func<ulong, string, string, (string? Oracle, string Told)> Run { get; }

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        { } name when _compiled.TryGetValue(name, out var bytes) => LoadFromStream(new MemoryStream(bytes)),
        // An engine of the program's would bring the program's SDK with it; without a changed one there is only that.
        _ => null,
    };
}
