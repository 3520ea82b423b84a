using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Gearpump.Hosting.Launch;

/// <summary>The processes of a job on this machine: started, restarted when they die, killed and stopped on request.</summary>
public sealed class ProcessCluster : IDisposable
{
    private const int Killed = 137;
    private const int LeaveMs = 1_000;
    private const int RestartMs = 50;
    private const int RestartMostMs = 5_000;
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(5);
    private readonly LauncherOptions _options;
    private readonly string _redis;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Process> _running = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<(int Code, string Name)> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, int> _starts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _earlyDeaths = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Name, int Code)> _exits = new();
    private bool _first = true;
    private bool _stopping;

    public ProcessCluster(LauncherOptions options, string redis)
    {
        _options = options;
        _redis = redis;
        Coordinator = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{LocalPort.Find(Random.Shared)}");
        Names = ["coordinator", "source-0", .. Enumerable.Range(0, options.Processes - 2).Select(number => $"processor-{number}")];
    }

    /// <summary>host:port of the coordinator, the same after each restart.</summary>
    public string Coordinator { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Every process that has left so far, with its exit code (137: killed).</summary>
    public IReadOnlyCollection<(string Name, int Code)> Exits => _exits;

    /// <summary>Done when the coordinator has left with a final code, or a process with one that no restart mends (69, 78).</summary>
    public Task<(int Code, string Name)> Over => _over.Task;

    public void StartAll()
    {
        foreach (var name in Names)
        {
            Start(name);
        }
    }

    /// <summary>The process that has a name now; 0 where it is being started again.</summary>
    public int PidOf(string name)
    {
        lock (_gate)
        {
            return _running.TryGetValue(name, out var process) && !process.HasExited ? process.Id : 0;
        }
    }

    /// <summary>Sends a signal (KILL, STOP, CONT, TERM) by name; the process that it went to, or 0.</summary>
    public int Signal(string name, string signal)
    {
        var pid = PidOf(name);
        if (pid != 0)
        {
            using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }

        return pid;
    }

    /// <summary>Whoever leaves from now on is not started again.</summary>
    public void StopRestarting() => _stopping = true;

    public void Dispose()
    {
        _stopping = true;
        lock (_gate)
        {
            foreach (var process in _running.Values)
            {
                if (!process.HasExited)
                {
                    process.Kill();
                    process.WaitForExit(5_000);
                }

                process.Dispose();
            }

            _running.Clear();
        }
    }

    private void Start(string name)
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            var process = new Process { StartInfo = CommandOf(name), EnableRaisingEvents = true };
            var began = Stopwatch.GetTimestamp();
            process.Exited += (_, _) => OnExited(name, process, began);
            _running[name] = process;
            process.Start();
        }
    }

    private void OnExited(string name, Process process, long began)
    {
        var code = process.ExitCode;
        _exits.Enqueue((name, code));
        if (name == "coordinator" && code is Engine.ExitCodes.Success or Engine.ExitCodes.JobFailed || code is Engine.ExitCodes.Unavailable or Engine.ExitCodes.Configuration)
        {
            _over.TrySetResult((code, name));
            return;
        }

        if (_stopping || _over.Task.IsCompleted)
        {
            return;
        }

        var delayMs = DelayOf(name, code, lived: Stopwatch.GetElapsedTime(began));
        _ = Task.Run(async () =>
        {
            await Task.Delay(delayMs).ConfigureAwait(false);
            if (!_over.Task.IsCompleted)
            {
                Start(name);
            }
        });
    }

    // A worker that leaves in peace does so because the coordinator said so, which is about to leave too. One that was killed is
    // back at once; one that dies of its own as soon as it is started is not tried in a tight loop.
    private int DelayOf(string name, int code, TimeSpan lived)
    {
        if (code == Engine.ExitCodes.Success)
        {
            return LeaveMs;
        }

        lock (_gate)
        {
            var deaths = _earlyDeaths[name] = code != Killed && lived < Early ? _earlyDeaths.GetValueOrDefault(name) + 1 : 0;
            return Math.Min(RestartMostMs, RestartMs << Math.Min(deaths, 10));
        }
    }

    private ProcessStartInfo CommandOf(string name)
    {
        var isCoordinator = name == "coordinator";
        var program = _options.Program ?? System.Reflection.Assembly.GetEntryAssembly()!.Location;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(isCoordinator ? Path.Combine(Path.GetDirectoryName(program)!, "Gearpump.Coordinator.dll") : program);
        if (!isCoordinator)
        {
            Add(start, _options.Arguments);
        }

        Add(start, isCoordinator ? _options.Engine : []);
        Add(start, isCoordinator ? CoordinatorArguments() : WorkerArguments(name));
        start.ArgumentList.Add("--Gearpump:ParentPipe=true");
        if (isCoordinator)
        {
            // It may hold a password, and everybody can read command lines.
            start.Environment["Gearpump__Redis"] = _redis;
        }

        foreach (var (variable, value) in _options.Environment)
        {
            start.Environment[variable] = value;
        }

        var starts = _starts[name] = _starts.GetValueOrDefault(name, -1) + 1;
        foreach (var (variable, value) in _options.EnvironmentOf?.Invoke(name, starts) ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        return start;
    }

    private IEnumerable<string> CoordinatorArguments()
    {
        yield return $"--Gearpump:Job={_options.Job}";
        yield return $"--Gearpump:Listen={Coordinator}";
        yield return "--Gearpump:Sources=1";
        yield return $"--Gearpump:Processors={_options.Processes - 2}";

        // A new instance, or another chance for a failed job, is the user's wish, made once; a restart makes no wishes.
        if (_first)
        {
            _first = false;
            yield return $"--Gearpump:Fresh={(_options.Fresh ? "true" : "false")}";
            yield return "--Gearpump:ResumeFailed=true";
        }
    }

    private IEnumerable<string> WorkerArguments(string name) =>
        [$"--Gearpump:Role={name[..name.IndexOf('-')]}", $"--Gearpump:Worker={name}", $"--Gearpump:Coordinators={string.Join(',', [$"http://{Coordinator}", .. _options.OtherCoordinators])}"];

    private static void Add(ProcessStartInfo start, IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
    }
}
