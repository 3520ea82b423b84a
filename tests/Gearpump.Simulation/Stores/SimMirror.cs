using Gearpump.Engine.Ports;
using Gearpump.Simulation.Core;
using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Stores;

/// <summary>The clock mirror (Redis): it takes no older epoch, keeps the higher of each clock, and may lose what was written.</summary>
internal sealed class SimMirror(SimWorld world, SimRandom random)
{
    private ClockReading? _value;
    private ClockReading? _older;

    public void Write(ClockReading reading) => world.Scheduler.After(random.Between(0L, 20L), null, "mirror written", () =>
    {
        if (world.Strike("the mirror fails over", random, world.Profile.MirrorPerMille))
        {
            world.Stats.MirrorFailovers++;
            // A failover: the last writes are gone, or all of them.
            _value = random.PerMille(100) ? null : _older;
            return;
        }

        if (_value is not { } value || value.Instance != reading.Instance || value.Epoch <= reading.Epoch)
        {
            _older = random.PerMille(200) ? _value : _older;
            _value = _value is { } before && before.Instance == reading.Instance ? Highest(before, reading) : reading;
        }
    });

    public void Read(SimProcess process, Action<ClockReading?> answer) =>
        world.Scheduler.After(random.Between(1L, 40L), process, "mirror read", () =>
        {
            var fails = world.Strike("the mirror does not answer", random, world.Profile.MirrorPerMille);
            world.Stats.MirrorUnanswered += fails ? 1 : 0;
            answer(fails ? null : _value);
        });

    private static ClockReading Highest(ClockReading before, ClockReading reading) => reading with
    {
        MinClockMs = Math.Max(before.MinClockMs, reading.MinClockMs),
        CheckpointClockMs = Math.Max(before.CheckpointClockMs, reading.CheckpointClockMs),
    };
}
