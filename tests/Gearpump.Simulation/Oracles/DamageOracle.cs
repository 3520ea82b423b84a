using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Graphs;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// Damages an object of the manifest that an epoch starts from, or what the outside says of itself, in runs that ask for it. The job
/// must fail and name it: state is never silently zero, and no older manifest is taken instead.
/// </summary>
internal sealed class DamageOracle(SimWorld world)
{
    private string? _damaged;
    private byte[]? _sound;
    private bool _isRepaired;
    private ulong _damagedUntilEpoch;
    private string? _wrongMarker;

    /// <summary>The job has failed as it should: the run is over.</summary>
    public bool Answered { get; private set; }

    /// <summary>An epoch has been appended, and nobody has read its manifest yet.</summary>
    public void Started(LogEntry manifest)
    {
        FalsifyMarker(manifest);
        var random = world.FaultRandom;
        var objects = manifest.Manifest.Objects.Where(static held => held.Keyed).ToList();
        if (!world.Profile.Damage || _damaged is not null || objects.Count == 0)
        {
            return;
        }

        _damaged = random.Pick(objects).Key;
        _sound = world.Store.Find(_damaged)!.ToArray();
        world.Stats.Damaged++;
        var bytes = random.PerMille(300) ? null : _sound.ToArray();
        if (bytes is not null)
        {
            bytes[random.Below(bytes.Length)] ^= 0x20;
        }

        world.Store.Damage(_damaged, bytes);
        world.Note(null, $"{(bytes is null ? "lost" : "damaged")}: {_damaged}");
    }

    /// <summary>A manifest was committed, or the job has ended: nothing may follow what cannot be restored.</summary>
    public void Follows(LogEntry entry)
    {
        if (_damaged is not null && !_isRepaired)
        {
            throw world.Fail($"{entry.BodyCase} of cut {entry.Cut} follows although {_damaged} cannot be restored");
        }
    }

    /// <summary>The job has failed. True: as it should.</summary>
    public bool Failed(LogEntry entry)
    {
        // Who has read it before it was repaired says so later.
        var reason = entry.Failed.Reason;
        var expected = (_damaged is not null && reason.Contains(_damaged, StringComparison.Ordinal) && (!_isRepaired || entry.Epoch <= _damagedUntilEpoch))
            || (_wrongMarker is not null && reason.Contains($"output {_wrongMarker} has ", StringComparison.Ordinal));
        Answered |= expected && !world.Profile.IsRepaired;
        return expected;
    }

    /// <summary>An operator has had a copy of the object.</summary>
    public void Repair()
    {
        if (_damaged is not null && !_isRepaired)
        {
            world.Store.Damage(_damaged, _sound);
            world.Note(null, $"repaired: {_damaged}");
            (_isRepaired, _damagedUntilEpoch) = (true, (ulong)world.Job.Newest.Epoch);
        }
    }

    // Somebody has deleted outputs, or has taken an older copy of the job's state.
    private void FalsifyMarker(LogEntry manifest)
    {
        var paid = manifest.Manifest.Paid.FirstOrDefault(paid => paid.Cut > 0 && world.FindTarget(paid.System) is not null);
        if (!world.Profile.WrongMarker || _wrongMarker is not null || paid is null)
        {
            return;
        }

        _wrongMarker = paid.System;
        world.Stats.Damaged++;
        var marker = world.FaultRandom.PerMille(500) ? default(PublishMarker?) : new PublishMarker((long)manifest.Cut + 1_000, PublishMarker.WholeCut);
        world.Target(paid.System).Publisher(new PublisherId(SimGraphs.Job, manifest.Instance, (int)paid.Publisher)).Falsify(marker);
        world.Note(null, $"marker of {paid.System} is {marker}");
    }
}
