using Gearpump.Simulation.Network;

namespace Gearpump.Simulation.Processes;

/// <summary>A worker's way to its coordinator: a list of addresses, tried in turn, with back-off.</summary>
internal sealed class ControlDialer(SimWorld world, WorkerProcess worker)
{
    private SimControlLink? _link;
    private int _address;
    private bool _dialling;

    /// <summary>The open stream, or null.</summary>
    public SimControlLink? Current => _link is { Opened: true, WorkerOpen: true } ? _link : null;

    public void Dial()
    {
        if (_dialling)
        {
            return;
        }

        _dialling = true;
        world.Scheduler.After(worker.Random.Between(1L, 250L), worker, "dial coordinator", Connect);
    }

    /// <summary>True: it is the stream that we wait for.</summary>
    public bool Opened(SimControlLink link) => link == _link;

    public bool Closed(SimControlLink link)
    {
        if (link != _link)
        {
            return false;
        }

        var opened = link.Opened;
        _link = null;
        _address++;
        Dial();
        return opened;
    }

    public void Reconnect(string why)
    {
        var old = _link;
        _link = null;
        if (old is not null)
        {
            old.CloseByWorker(why);
            _address++;
        }

        Dial();
    }

    private void Connect()
    {
        _dialling = false;
        if (_link is not null)
        {
            return;
        }

        var slots = world.Launcher.CoordinatorSlots;
        var coordinator = world.Launcher.FindCoordinator(slots[_address % slots.Count]);
        if (coordinator is null)
        {
            _address++;
            Dial();
            return;
        }

        var link = new SimControlLink(world, world.Network.NextNumber(), worker, coordinator);
        _link = link;
        world.Network.Add(link);
        world.Scheduler.After(2_000, worker, "attach deadline", () =>
        {
            if (link == _link && !link.Opened)
            {
                Reconnect("the stream was not answered in time");
            }
        });
    }
}
