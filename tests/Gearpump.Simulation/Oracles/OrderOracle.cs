using Gearpump.Simulation.Processes;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// The records of one key that one task sends come in the order in which it sent them, and nothing that was sent in another epoch
/// is ever processed. Hand-made chains put the sender and a number where the event time stands.
/// </summary>
internal sealed class OrderOracle(SimWorld world)
{
    private const int NumberBits = 32;
    private readonly List<JobEpoch> _senders = [];

    /// <summary>A task that begins to send.</summary>
    public Outbox NewOutbox(WorkerProcess process)
    {
        _senders.Add(process.JobEpoch);
        return new Outbox(_senders.Count - 1);
    }

    /// <summary>What one task has had.</summary>
    public Inbox NewInbox(WorkerProcess process) => new(this, process);

    private void Require(bool holds, string broken)
    {
        if (!holds)
        {
            throw world.Fail(broken);
        }
    }

    internal sealed class Outbox(long sender)
    {
        private long _number;

        public long Next() => (sender << NumberBits) | ++_number;
    }

    internal sealed class Inbox(OrderOracle oracle, WorkerProcess process)
    {
        private readonly Dictionary<(long Sender, string Key), long> _last = [];

        /// <summary>A record has come. The same one comes again where user code threw.</summary>
        public void Came(string key, long stamp)
        {
            var sender = stamp >> NumberBits;
            var epoch = oracle._senders[(int)sender];
            oracle.Require(epoch == process.JobEpoch, $"{process.Name} in epoch {process.JobEpoch} processes '{key}', which was sent in epoch {epoch}");
            oracle.Require(
                stamp >= _last.GetValueOrDefault((sender, key)), $"{process.Name}: '{key}' {stamp} of sender {sender} comes behind {_last.GetValueOrDefault((sender, key))}");
            _last[(sender, key)] = stamp;
        }
    }
}
