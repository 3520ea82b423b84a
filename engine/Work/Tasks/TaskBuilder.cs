using Gearpump.Engine.Channels;
using Gearpump.Engine.Work.Outputs;
using Gearpump.Graph;
using Gearpump.Outputs;
using Gearpump.Protocol.V1;
using Gearpump.Runtime;
using Gearpump.Sources;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>Makes this worker's tasks of an epoch, with their ends of the channels.</summary>
internal sealed class TaskBuilder(EpochRun run, Plan plan, Assignment assignment, LogEntry manifest)
{
    private const string DeadLetterStep = "dead-letters";
    private readonly WorkerContext _context = run.Context;
    private readonly ChannelMap _map = new(plan, assignment);

    private WorkerRef WorkerOf(TaskRef task) => assignment.Workers[(int)task.Worker];

    public WorkerTask Build(TaskRef place)
    {
        var stage = _context.Graph.Stages.First(candidate => candidate.Name == place.Stage);
        var io = new TaskIo(run.BecameDirty);
        var processor = new RecordProcessor(_context, $"{place.Stage}/{place.Index}", io, run.FailJob);
        WorkerTask task = stage.Source is null ? NewProcessor(place, processor, io) : NewSource(stage, place, processor, io);
        var edges = _context.Graph.Edges.Where(edge => edge.From == stage.Name)
            .Select((edge, output) => EdgeOf(plan.Edges.First(e => e.From == edge.From && e.To == edge.To), place, output, io)).ToList();
        task.AddChannels(edges.SelectMany(edge => edge.Channels));
        var outputs = stage.Outputs.Select(binding => OutputOf(task, binding, processor)).ToList();
        if (_context.Resources.DeadLetters is { } letters)
        {
            var writer = Writer(task, DeadLetterStep, letters, Graph.Delivery.ExactlyOnce, (step, _, reason) =>
                run.FailJob($"the dead letters refuse a record of step '{step}': {reason}"));
            processor.DeadLetters = writer;
        }

        var tasks = assignment.Tasks.Count(candidate => candidate.Stage == place.Stage);
        processor.Chain = stage.CreateChain(new TaskSetup(
            _context.Services, (int)place.Index, tasks, new KeyGroupRange((int)place.FirstGroup, (int)place.EndGroup), edges, outputs));
        return task;
    }

    private long FirstCut => (long)manifest.Cut + 1;

    private SourceTask NewSource(StageDefinition stage, TaskRef place, RecordProcessor processor, TaskIo io)
    {
        var splits = manifest.Manifest.Positions.Where(position => position.Stage == stage.Name && place.Splits.Contains(position.Split.Id))
            .Select(position => new SplitInput(SplitCodec.FromProto(position.Split), new SourcePosition(position.Position.Memory), position.Ended)).ToList();
        var task = new SourceTask(run, place, FirstCut, manifest.Manifest.ClockMs, _context.Resources.Source(stage), stage.Name, splits) { Processor = processor, Io = io };
        processor.Place = task.CurrentPlace;
        return task;
    }

    private ProcessorTask NewProcessor(TaskRef place, RecordProcessor processor, TaskIo io)
    {
        var inputs = _map.Channels.Where(channel => channel.To == place)
            .Select(channel => (run.Links.AddReceiver(WorkerOf(channel.From), channel.Channel), channel.Input)).ToList();
        return new ProcessorTask(run, place, FirstCut, manifest.Manifest.ClockMs, inputs) { Processor = processor, Io = io };
    }

    private EdgeWriter EdgeOf(Edge edge, TaskRef place, int output, TaskIo io)
    {
        var channels = _map.Channels.Where(channel => channel.From == place && channel.Output == output)
            .Select(channel => new ChannelOutput(run.Links.AddSender(WorkerOf(channel.To), channel.Channel), io)).ToList();
        return new EdgeWriter(edge.Routing, channels);
    }

    private OutputWriter OutputOf(WorkerTask task, OutputBinding binding, RecordProcessor processor) =>
        Writer(task, binding.Step, _context.Resources.Output(binding), PlanFactory.DeliveryOf(_context.Graph, binding), processor.RejectOutput);

    private OutputWriter Writer(WorkerTask task, string step, IOutput output, Graph.Delivery delivery, Action<string, Record, string> rejected)
    {
        var index = (int)task.Place.Index;
        ISegmentDestination destination = delivery == Graph.Delivery.AtLeastOnce
            ? new DirectSegments(_context, output, new DirectWriterId(_context.Graph.Job, run.Identity.Instance, run.Identity.Epoch, step, index), run.AskRollbackForOutside)
            : new CutSegments(_context, run.Identity, run.Uploader, $"{task.Place.Stage}.{step}", index, output.System, () => task.NextCut);
        var segmentBytes = delivery == Graph.Delivery.AtLeastOnce ? 64 * 1024 : _context.Options.SegmentBytes;
        var writer = new OutputWriter(step, output.CreateEncoder(), destination, task.Io, segmentBytes, rejected);
        task.AddOutput(writer);
        return writer;
    }
}
