using Gearpump.Engine.Log;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Graphs;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Gearpump.Simulation.Tests;

/// <summary>The oracle over the log, fed by hand.</summary>
public sealed class LogOracleTests
{
    private readonly SimWorld _world = new(1, SimulationProfile.Calm(1) with { ManifestsKept = 1 }, null);

    public LogOracleTests()
    {
        _world.Store.TryCreate(StoreKeys.Instance(SimGraphs.Job, 1), "instance"u8.ToArray());
        Write(0, new LogEntry { Created = new Created() });
        Write(1, new LogEntry { Term = 1, TermStarted = new TermStarted() });
        Write(2, new LogEntry { Term = 1, Manifest = new Manifest() });
        Write(3, Epoch(1, 1, 2));
    }

    [Fact]
    public void Create_CutsInOrder_AreCounted()
    {
        Write(4, Cut(1, 1, 1, 100));
        Write(5, Cut(1, 1, 2, 200));

        _world.Stats.CutsCommitted.ShouldBe(2);
    }

    [Fact]
    public void Create_BehindAGap_FailsTheRun() => Broken(() => Write(5, Cut(1, 1, 1, 100)));

    [Fact]
    public void Create_CutAgain_FailsTheRun()
    {
        Write(4, Cut(1, 1, 1, 100));

        Broken(() => Write(5, Cut(1, 1, 1, 200)));
    }

    [Fact]
    public void Create_ManifestOfAnOlderEpoch_FailsTheRun()
    {
        Write(4, Epoch(1, 2, 2));

        Broken(() => Write(5, Cut(1, 1, 1, 100)));
    }

    [Fact]
    public void Create_EntryOfAnOlderTerm_FailsTheRun()
    {
        Write(4, new LogEntry { Term = 2, Epoch = 1, TermStarted = new TermStarted() });

        Broken(() => Write(5, Cut(1, 1, 1, 100)));
    }

    [Fact]
    public void Create_ClockFalls_FailsTheRun()
    {
        Write(4, Cut(1, 1, 1, 100));

        Broken(() => Write(5, Cut(1, 1, 2, 99)));
    }

    [Fact]
    public void Create_ManifestOfAnObjectThatIsNotStored_FailsTheRun()
    {
        var entry = Cut(1, 1, 1, 100);
        entry.Manifest.Objects.Add(new StateObject { Key = "job/instance/cuts/1/1/count/0-128-0-0" });

        Broken(() => Write(4, entry));
    }

    [Fact]
    public void Create_RollbackForAGap_FailsTheRun()
    {
        var entry = Epoch(1, 2, 2);
        entry.EpochStarted.Cause = "source-0: channel 1: 7 arrived after 5";

        Broken(() => Write(4, entry));
    }

    [Fact]
    public void Delete_ObjectThatTheNewestManifestNames_FailsTheRun()
    {
        const string Key = "job/instance/cuts/1/1/count/0-128-0-0";
        _world.Store.TryCreate(Key, [1]);
        var entry = Cut(1, 1, 1, 100);
        entry.Manifest.Objects.Add(new StateObject
        {
            Key = Key,
            Length = 1,
            Sha256 = ByteString.CopyFrom(System.Security.Cryptography.SHA256.HashData([1])),
        });
        Write(4, entry);

        Broken(() => _world.Store.Delete(Key));
    }

    [Fact]
    public void Delete_EntryAboveAnother_FailsTheRun()
    {
        Write(4, Cut(1, 1, 1, 100));

        Broken(() => _world.Store.Delete(StoreKeys.LogEntry("job", "instance", 1)));
    }

    private static LogEntry Epoch(ulong term, ulong epoch, ulong manifest) => new()
    {
        Term = term,
        Epoch = epoch,
        EpochStarted = new EpochStarted { Cause = "created", ManifestIndex = manifest, Assignment = new Assignment() },
    };

    private static LogEntry Cut(ulong term, ulong epoch, ulong cut, long clockMs) =>
        new() { Term = term, Epoch = epoch, Cut = cut, Manifest = new Manifest { ClockMs = clockMs } };

    private static void Broken(Action action) => Should.Throw<SimulationFailedException>(action);

    private void Write(long index, LogEntry entry) => _world.Store.TryCreate(StoreKeys.LogEntry("job", "instance", index), entry.ToByteArray());
}
