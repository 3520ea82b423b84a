using Gearpump.Engine.Ports;
using Gearpump.Graph;

namespace Gearpump.Engine.Work;

/// <summary>What all parts of a worker share for as long as the process lives.</summary>
internal sealed record WorkerContext(WorkerOptions Options, JobGraph Graph, IServiceProvider Services, IWorkerHost Host, Timers Timers, JobResources Resources);
