namespace Gearpump.Simulation.Processes;

/// <summary>A program without services of its own.</summary>
internal sealed class NoServices : IServiceProvider
{
    public static readonly NoServices Instance = new();

    public object? GetService(Type serviceType) => null;
}
