using Gearpump.Engine.Work.Tasks;
using Gearpump.Outputs;

namespace Gearpump.Engine.Work.Outputs;

/// <summary>At least once: segments go outside at once, one after the other; a cut waits until those before it are safe there.</summary>
internal sealed class DirectSegments : ISegmentDestination
{
    private const long WaitingBytesMax = 8 * 1024 * 1024;
    private readonly WorkerContext _context;
    private readonly Action<string> _failed;
    private readonly Queue<(ReadOnlyMemory<byte> Bytes, CutPartBuilder? Part)> _queue = new();
    private IDirectWriter? _writer;
    private long _bytes;
    private bool _busy = true;
    private bool _over;

    public DirectSegments(WorkerContext context, IOutput output, DirectWriterId id, Action<string> failed)
    {
        _context = context;
        _failed = failed;
        Open(output, id, new Backoff(context.Host));
    }

    public bool IsFull => _bytes >= WaitingBytesMax;

    public void Add(int publisher, ReadOnlyMemory<byte> bytes, int records)
    {
        _bytes += bytes.Length;
        _queue.Enqueue((bytes, null));
        Next();
    }

    public void OnCut(CutPartBuilder part)
    {
        part.Hold();
        _queue.Enqueue((default, part));
        Next();
    }

    public void Stop()
    {
        _over = true;
        if (_writer is not null)
        {
            _context.Host.CloseDirect(_writer);
        }
    }

    private void Open(IOutput output, DirectWriterId id, Backoff backoff) => _context.Host.OpenDirect(output, id, (writer, error) =>
    {
        if (_over)
        {
            if (writer is not null)
            {
                _context.Host.CloseDirect(writer);
            }

            return;
        }

        if (writer is null)
        {
            _context.Host.Log(Ports.MachineLogLevel.Warning, $"opening output {output.System}: {error}; trying again");
            _context.Timers.After(backoff.NextMs(), () =>
            {
                if (!_over)
                {
                    Open(output, id, backoff);
                }
            });
            return;
        }

        _writer = writer;
        _busy = false;
        Next();
    });

    private void Next()
    {
        while (!_busy && !_over && _queue.TryDequeue(out var next))
        {
            if (next.Part is { } part)
            {
                part.Release();
                continue;
            }

            _busy = true;
            _context.Host.AppendDirect(_writer!, next.Bytes, error =>
            {
                if (_over)
                {
                    return;
                }

                if (error is not null)
                {
                    // What reached the outside is not known: only another writer, from the last cut on, is safe.
                    _failed($"at-least-once output: {error}");
                    return;
                }

                _busy = false;
                _bytes -= next.Bytes.Length;
                Next();
            });
        }
    }
}
