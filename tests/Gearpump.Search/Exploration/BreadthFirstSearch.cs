using System.Diagnostics;
using Gearpump.Search.Copying;

namespace Gearpump.Search.Exploration;

/// <summary>
/// Visits every state that can be reached, level by level, so that the first violation that is found is one of the nearest.
/// A state is a whole world; a choice is taken on a copy of it.
/// </summary>
internal sealed class BreadthFirstSearch(string scenario, Func<SearchWorld> create, SearchLimits limits)
{
    private const double ProgressSeconds = 30;
    private readonly StateTable _states = new();
    private readonly Stopwatch _watch = new();
    private readonly Lock _gate = new();
    private List<(int State, SearchWorld? World)> _next = [];
    private SearchWorld? _root;
    private long _transitions;
    private long _terminals;
    private long _replayed;
    private int _depth;
    private bool _full;
    private (int State, int Choice, string Violation)? _found;

    public SearchResult Run()
    {
        _watch.Start();
        var root = create();
        _root = new WorldCopier().Copy(root);
        _states.Add(new Fingerprinter().Of(root), -1, 0);
        _next.Add((0, root));
        var toldAt = 0.0;
        while (_next.Count > 0 && _found is null && !_full)
        {
            if (limits.Progress is { } progress && _watch.Elapsed.TotalSeconds - toldAt > ProgressSeconds)
            {
                toldAt = _watch.Elapsed.TotalSeconds;
                progress($"{scenario}: {_states.Count:N0} states, {_transitions:N0} transitions, depth {_depth}, {_next.Count:N0} to go on from, {toldAt:F0} s");
            }

            var level = _next;
            _next = [];
            var taken = -1;
            var threads = Enumerable.Range(0, limits.Threads).Select(_ => new Thread(() => Work(level, ref taken))).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            _depth += _next.Count > 0 ? 1 : 0;
        }

        var path = _found is { } found ? Path(found.State, found.Choice) : [];
        return new SearchResult(
            scenario, _states.Count, _transitions, _depth, _terminals, _watch.Elapsed.TotalSeconds, !_full, _found?.Violation, path, _replayed);
    }

    private void Work(List<(int State, SearchWorld? World)> level, ref int taken)
    {
        var copier = new WorldCopier();
        var fingerprinter = new Fingerprinter();
        var choices = new List<Choice>();
        while (_found is null && !_full)
        {
            var at = Interlocked.Increment(ref taken);
            if (at >= level.Count)
            {
                return;
            }

            var (state, kept) = level[at];
            level[at] = default;
            try
            {
                Expand(state, kept ?? Replay(state, copier.Copy(_root!)), copier, fingerprinter, choices);
            }
            catch (Exception e)
            {
                Found(state, -1, $"the search itself failed: {e}");
                return;
            }
        }
    }

    private void Expand(int state, SearchWorld world, WorldCopier copier, Fingerprinter fingerprinter, List<Choice> choices)
    {
        choices.Clear();
        world.Choices(choices);
        if (world.IsTerminal)
        {
            Interlocked.Increment(ref _terminals);
            return;
        }

        if (choices.Count == 0)
        {
            Found(state, -1, $"deadlock: nothing can happen any more, and the end is not reached ({world.Summary()})");
        }

        for (var choice = 0; choice < choices.Count; choice++)
        {
            // The last one needs no copy: nobody asks for the old world again.
            var child = choice == choices.Count - 1 ? world : copier.Copy(world);
            child.Take(choices[choice]);
            var fingerprint = fingerprinter.Of(child);
            int added;
            lock (_gate)
            {
                _transitions++;
                if (child.Violation is { } violation)
                {
                    Found(state, choice, violation);
                    return;
                }

                added = _states.Add(fingerprint, state, choice);
                if (added >= 0)
                {
                    _next.Add((added, _next.Count < limits.WorldsInMemory ? child : null));
                    _full |= _states.Count >= limits.States;
                }
            }

            if (added > 0 && limits.ReplayEvery > 0 && added % limits.ReplayEvery == 0)
            {
                CheckReplay(added, fingerprint, child, fingerprinter);
            }
        }
    }

    private void CheckReplay(int state, UInt128 fingerprint, SearchWorld world, Fingerprinter fingerprinter)
    {
        var again = Replay(state, create());
        if (fingerprinter.Of(again) != fingerprint)
        {
            Found(state, -1, $"the search itself is wrong: a world that was made without copies is another one ({Fingerprinter.Difference(world, again)})");
        }

        Interlocked.Increment(ref _replayed);
    }

    // The nearest counts; among those of one level the first in the order of the states.
    private void Found(int state, int choice, string violation)
    {
        lock (_gate)
        {
            if (_found is not { } before || (state, choice).CompareTo((before.State, before.Choice)) < 0)
            {
                _found = (state, choice, violation);
            }
        }
    }

    private List<int> WayTo(int state)
    {
        lock (_gate)
        {
            return _states.WayTo(state);
        }
    }

    private SearchWorld Replay(int state, SearchWorld world)
    {
        var choices = new List<Choice>();
        foreach (var choice in WayTo(state))
        {
            choices.Clear();
            world.Choices(choices);
            world.Take(choices[choice]);
        }

        return world;
    }

    private List<string> Path(int state, int last)
    {
        var world = create();
        var path = new List<string>();
        var choices = new List<Choice>();
        foreach (var choice in last < 0 ? WayTo(state) : WayTo(state).Append(last))
        {
            choices.Clear();
            world.Choices(choices);
            path.Add(world.Describe(choices[choice]));
            world.Take(choices[choice]);
        }

        path.Add($"then: {world.Summary()}");
        return path;
    }
}
