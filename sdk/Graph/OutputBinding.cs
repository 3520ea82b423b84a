using Gearpump.Outputs;

namespace Gearpump.Graph;

/// <summary>An output step of a stage. <paramref name="Delivery"/> null: the job's.</summary>
public sealed record OutputBinding(string Step, Func<IServiceProvider, IOutput> Create, Delivery? Delivery);
