using Gearpump.Protocol.V1;
using Gearpump.Runtime;

namespace Gearpump.Engine.Coordination;

/// <summary>Decides which worker runs which task, owns which key groups and splits, and hosts which publisher.</summary>
internal static class Assigner
{
    /// <summary>The same input gives the same assignment. Workers are taken in the order of their names.</summary>
    public static Assignment Assign(Plan plan, IEnumerable<WorkerState> live, IReadOnlyList<SplitPosition> positions)
    {
        var assignment = new Assignment();
        foreach (var worker in live.OrderBy(worker => worker.Worker, StringComparer.Ordinal))
        {
            assignment.Workers.Add(new WorkerRef { Name = worker.Worker, Process = worker.Process, Address = worker.Address, Role = worker.Role });
        }

        foreach (var stage in plan.Stages)
        {
            AddTasks(assignment, stage, positions);
        }

        var publishersAt = WorkersOf(assignment, Role.Processor);
        if (publishersAt.Count == 0)
        {
            publishersAt = WorkersOf(assignment, Role.Source);
        }

        foreach (var system in plan.Systems)
        {
            for (var number = 0U; number < system.Publishers; number++)
            {
                var worker = publishersAt[assignment.Publishers.Count % publishersAt.Count];
                assignment.Publishers.Add(new PublisherRef { System = system.System, Number = number, Worker = worker });
            }
        }

        LeaveOutIdle(assignment);
        return assignment;
    }

    // The epoch does not depend on a worker for which there is nothing to do.
    private static void LeaveOutIdle(Assignment assignment)
    {
        var busy = assignment.Tasks.Select(task => task.Worker).Concat(assignment.Publishers.Select(publisher => publisher.Worker)).Distinct().Order().ToList();
        var workers = busy.Select(at => assignment.Workers[(int)at]).ToList();
        assignment.Workers.Clear();
        assignment.Workers.AddRange(workers);
        foreach (var task in assignment.Tasks)
        {
            task.Worker = (uint)busy.IndexOf(task.Worker);
        }

        foreach (var publisher in assignment.Publishers)
        {
            publisher.Worker = (uint)busy.IndexOf(publisher.Worker);
        }
    }

    /// <summary>The roles without which the plan cannot run.</summary>
    public static IEnumerable<Role> RolesOf(Plan plan) => plan.Stages.Select(stage => stage.Role).Distinct();

    private static void AddTasks(Assignment assignment, Stage stage, IReadOnlyList<SplitPosition> positions)
    {
        var workers = WorkersOf(assignment, stage.Role);
        var count = Math.Min(stage.Parallelism == 0 ? workers.Count : (int)stage.Parallelism, KeyGroups.Count);
        var tasks = new TaskRef[count];
        for (var index = 0; index < count; index++)
        {
            var range = KeyGroups.RangeOf(index, count);
            tasks[index] = new TaskRef
            {
                Stage = stage.Name,
                Index = (uint)index,
                Worker = workers[index % workers.Count],
                FirstGroup = (uint)range.Start,
                EndGroup = (uint)range.End,
            };
        }

        var next = 0;
        foreach (var position in positions.Where(position => position.Stage == stage.Name))
        {
            tasks[next++ % count].Splits.Add(position.Split.Id);
        }

        assignment.Tasks.AddRange(tasks);
    }

    private static List<uint> WorkersOf(Assignment assignment, Role role) =>
        Enumerable.Range(0, assignment.Workers.Count).Where(at => assignment.Workers[at].Role == role).Select(at => (uint)at).ToList();
}
