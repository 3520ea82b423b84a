using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gearpump.Files;
using Gearpump.Hosting.Launch;
using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Gearpump.Redis.Embedded;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gearpump.Faults.Tests.Support;

/// <summary>A word count as separate processes: real files, real sockets, an embedded Redis in this process.</summary>
internal sealed class Run : IDisposable
{
    public const string Job = "word-count";
    private readonly string _paceFile;
    private readonly GrpcChannel _channel;
    private string _instance = "";
    private bool _redisGone;

    public Run(int lines, int linesPerSecond, RunSettings? settings = null)
    {
        settings ??= new RunSettings();
        Folder = Directory.CreateTempSubdirectory("gearpump-faults-").FullName;
        Input = Input.Write(Path.Combine(Folder, "in"), lines);
        _paceFile = Path.Combine(Folder, "pace");
        File.WriteAllText(_paceFile, linesPerSecond.ToString(CultureInfo.InvariantCulture));
        Engine =
        [
            $"--Gearpump:State={Path.Combine(Folder, "state")}", $"--Gearpump:CheckpointInterval={settings.Checkpoint}",
            $"--Gearpump:Delivery={(settings.AtLeastOnce ? "at-least-once" : "exactly-once")}",
        ];
        Cluster = new ProcessCluster(new LauncherOptions
        {
            Job = Job,
            Processes = 4,
            Program = Path.Combine(AppContext.BaseDirectory, "WordCount.dll"),
            Arguments =
            [
                "--input", Path.Combine(Folder, "in"), "--output", Path.Combine(Folder, "out"), "--state", Path.Combine(Folder, "state"),
                "--checkpoint", settings.Checkpoint, "--pace-file", _paceFile, .. settings.AtLeastOnce ? new[] { "--at-least-once" } : [],
            ],
            Engine = Engine,
            OtherCoordinators = settings.OtherCoordinators,
            EnvironmentOf = (name, starts) => new Dictionary<string, string> { ["GEARPUMP_FAILPOINTS"] = settings.Failpoints(name, starts, Folder) },
        }, Redis.Endpoint);
        _channel = GrpcEndpoints.Connect($"http://{Cluster.Coordinator}");
        Committed = new CommittedReader(CountsFolder);
        Cluster.StartAll();
    }

    public EmbeddedRedis Redis { get; } = new();

    public string Folder { get; }

    public string CountsFolder => Path.Combine(Folder, "out", "counts");

    public Input Input { get; }

    public IReadOnlyList<string> Engine { get; }

    public ProcessCluster Cluster { get; }

    public CommittedReader Committed { get; }

    public string Instance => _instance.Length > 0 ? _instance : _instance = JobState.Read(Path.Combine(Folder, "state"), Job)?.Instance ?? "";

    /// <summary>Null while the coordinator does not answer.</summary>
    public async Task<JobStatus?> StatusAsync()
    {
        try
        {
            return await _channel.CreateCallInvoker().AsyncUnaryCall(GrpcMethods.GetStatus, null, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(1)), new GetStatusRequest());
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>Reads the committed files until there are those of a cut that is at least this one.</summary>
    public Task CommittedAsync(long cut, string after) => Wait.ForAsync($"committed output of cut {cut} or newer after {after}", () =>
    {
        Cluster.Over.IsCompleted.ShouldBeFalse($"the job was over too early, after {after}");
        ReadCommitted();
        return Task.FromResult(Committed.NewestCut >= cut);
    });

    public void ReadCommitted()
    {
        if (Instance.Length > 0)
        {
            Committed.Read(Instance);
        }
    }

    /// <summary>Forgets everything that Redis holds.</summary>
    public void FlushRedis()
    {
        var parts = Redis.Endpoint.Split(':');
        using var client = new TcpClient(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
        client.GetStream().Write("*1\r\n$8\r\nFLUSHALL\r\n"u8);
        var answer = new byte[5];
        client.GetStream().ReadExactly(answer);
        Encoding.ASCII.GetString(answer).ShouldBe("+OK\r\n");
    }

    /// <summary>From now on there is no Redis.</summary>
    public void EndRedis()
    {
        if (!_redisGone)
        {
            _redisGone = true;
            Redis.Dispose();
        }
    }

    public void LiftPace() => File.Delete(_paceFile);

    /// <summary>Lets the job come to its end, and compares every word's updates with the input.</summary>
    public async Task EndExactlyAsync()
    {
        await EndAsync();
        ReadCommitted();
        Compare(Committed.Counts);
    }

    /// <summary>Lets the job come to its end; nothing may be missing, and each word's last count is the true one. How many updates were repeated.</summary>
    public async Task<long> EndAtLeastOnceAsync()
    {
        await EndAsync();
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        var seen = new Dictionary<string, HashSet<long>>(StringComparer.Ordinal);
        var repeated = 0L;
        foreach (var (word, value, _) in CommittedFiles.ReadDirect(CountsFolder, Instance).OrderBy(record => record.Epoch))
        {
            var update = long.Parse(value, CultureInfo.InvariantCulture);
            var updates = seen.TryGetValue(word, out var found) ? found : seen[word] = [];
            repeated += updates.Add(update) ? 0 : 1;
            last[word] = update;
        }

        Compare(last);
        Compare(seen.ToDictionary(pair => pair.Key, pair => (long)pair.Value.Count, StringComparer.Ordinal));
        return repeated;
    }

    public void Dispose()
    {
        Cluster.Dispose();
        _channel.Dispose();
        EndRedis();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task EndAsync()
    {
        LiftPace();
        var (code, name) = await Wait.ForAsync("the end of the job", Cluster.Over);
        code.ShouldBe(0, $"{name} has ended the job");
    }

    private void Compare(IReadOnlyDictionary<string, long> counts)
    {
        var wrong = Input.Counts.Keys.Union(counts.Keys).Where(word => Input.Counts.GetValueOrDefault(word) != counts.GetValueOrDefault(word))
            .Select(word => $"'{word}': {counts.GetValueOrDefault(word)} in place of {Input.Counts.GetValueOrDefault(word)}").Take(10).ToList();
        wrong.ShouldBeEmpty();
    }
}
