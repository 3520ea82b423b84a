using System.Text.Json;
using Gearpump.Engine.Ports;
using Gearpump.Engine.Work.Outputs;
using Gearpump.Graph;
using Gearpump.Protocol.V1;
using Gearpump.Runtime;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>
/// Runs one record through a task's chain. What it updated or emitted before user code threw is undone before it is tried
/// again; a record that stays bad goes to the dead letters, and the stream goes on.
/// </summary>
internal sealed class RecordProcessor(WorkerContext context, string task, TaskIo io, Action<string> jobFails)
{
    private readonly SortedDictionary<string, ulong> _counters = new(StringComparer.Ordinal);

    public TaskChain Chain { get; set; } = null!;

    /// <summary>Where rejected records go; null: they stop the job.</summary>
    public IRecordWriter? DeadLetters { get; set; }

    /// <summary>Where the current record came from, for the dead letters.</summary>
    public Func<(string Split, string Position)> Place { get; set; } = () => ("", "");

    public long Records { get; private set; }

    public void Process(int input, in Record record, long clockMs)
    {
        for (var tries = 0; ; tries++)
        {
            io.BeginRecord(clockMs);
            foreach (var state in Chain.States)
            {
                state.BeginRecord();
            }

            try
            {
                Chain.Process(input, record, clockMs);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Undo();
                if (e is not RecordRejectedException && tries < context.Graph.Settings.Retries)
                {
                    continue;
                }

                var reason = e is RecordRejectedException ? e.Message : $"{e.GetType().FullName}: {e.Message}";
                io.BeginRecord(clockMs);
                Reject(Chain.CurrentStep, record.Key, record.Value, reason);
            }

            io.EndRecord();
            Records++;
            return;
        }
    }

    /// <summary>Sends bytes that never were a record to the dead letters.</summary>
    public void RejectBytes(string step, ReadOnlyMemory<byte> bytes, string reason, long clockMs)
    {
        io.BeginRecord(clockMs);
        Reject(step, default, bytes, reason);
        io.EndRecord();
    }

    /// <summary>An output's encoder has refused a record.</summary>
    public void RejectOutput(string step, Record record, string reason) => Reject(step, record.Key, record.Value, reason);

    public IEnumerable<Counter> TakeCounters()
    {
        var counters = _counters.Select(pair => new Counter { Name = pair.Key, Value = pair.Value }).ToList();
        _counters.Clear();
        return counters;
    }

    private void Undo()
    {
        io.Undo();
        foreach (var state in Chain.States)
        {
            state.Undo();
        }
    }

    private void Reject(string step, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> bytes, string reason)
    {
        var (split, position) = Place();
        var where = split.Length > 0 ? $"{split} at {position}" : task;
        if (DeadLetters is null || context.Graph.Settings.BadInput == BadInput.Fail)
        {
            jobFails($"bad record in step '{step}', {where}: {reason}");
            return;
        }

        _counters["rejected"] = _counters.GetValueOrDefault("rejected") + 1;
        context.Host.Log(MachineLogLevel.Debug, $"rejected a record in step '{step}', {where}: {reason}");
        DeadLetters.Write(new Record(0, Header(step, split, position, key, reason), bytes, valueIsKey: false, Sources.IRecordSink.NoEventTime));
    }

    private byte[] Header(string step, string split, string position, ReadOnlyMemory<byte> key, string reason)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("reason", reason);
            json.WriteString("step", step);
            json.WriteString("task", task);
            if (split.Length > 0)
            {
                json.WriteString("split", split);
                json.WriteString("position", position);
            }

            if (key.Length > 0)
            {
                json.WriteBase64String("key", key.Span);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
