using Gearpump.Simulation.Core;

namespace Gearpump.Simulation.Graphs;

/// <summary>User code that throws now and then, but never so often in a row that a record would have to be given up.</summary>
internal sealed class UserErrors(SimWorld world, SimRandom random)
{
    private const int InARowMax = 2;

    private int _inARow;

    /// <summary>Called in the midst of a record: what it has changed and emitted must be taken back.</summary>
    public void Pass()
    {
        if (_inARow < InARowMax && world.Strike("user code throws", random, world.Profile.UserErrorPerMille))
        {
            _inARow++;
            world.Stats.UserErrors++;
            throw new InvalidOperationException("simulated: user code throws");
        }
    }

    public void Done() => _inARow = 0;
}
