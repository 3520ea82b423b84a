using Gearpump.Outputs;

namespace Gearpump.Simulation.Outputs;

/// <summary>One publisher's place in the outside system: its marker, and the newest session.</summary>
internal sealed class SimPublisher(SimTarget target, string instance)
{
    private long _sessions;
    private PublishMarker? _marker;
    private bool _isFalse;

    public PublishMarker? Marker => _marker;

    public SimSession Open() => new(this, ++_sessions);

    /// <summary>The marker is another one from now on, whatever is written.</summary>
    public void Falsify(PublishMarker? marker) => (_marker, _isFalse) = (marker, true);

    /// <summary>Whether no newer session was opened.</summary>
    public bool IsNewest(long session) => session == _sessions || target.World.Profile.Plant == SimulationPlant.UnfencedOutput;

    public void Apply(long session, IReadOnlyList<ReadOnlyMemory<byte>> segments, PublishMarker marker)
    {
        if (!IsNewest(session))
        {
            throw new IOException($"session {session} is fenced by {_sessions}");
        }

        if (_isFalse)
        {
            throw new IOException("simulated: not as it was");
        }

        if (_marker is { } old && marker.CompareTo(old) <= 0)
        {
            throw target.World.Fail($"{target.System}: marker {marker} is published after {old}");
        }

        _marker = marker;
        foreach (var segment in segments)
        {
            target.Of(instance).Committed(segment);
        }
    }
}
