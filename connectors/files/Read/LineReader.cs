using System.Globalization;
using Gearpump.Sources;
using Microsoft.Win32.SafeHandles;

namespace Gearpump.Files;

/// <summary>Reads one file's lines. Blocks are read into arrays of their own, and lines are handed over as slices of them.</summary>
internal sealed class LineReader(string path, FilePosition start, FilePosition last, Pace pace) : ISplitReader
{
    private const int BlockBytes = 256 * 1024;
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    private byte[] _block = [];
    private int _blockLength;
    private int _at;
    private readonly long _end = last.Offset;
    private int _pass = start.Pass;
    private long _offset = start.Offset;
    private bool _inLongLine = start.InLongLine;

    public SourcePosition Position => new FilePosition(_pass, _offset, _inLongLine).ToSourcePosition();

    public string PositionText => string.Create(CultureInfo.InvariantCulture, $"byte {_offset}");

    public ReadStatus Read(IRecordSink sink)
    {
        var allowance = pace.Allowance;
        while (true)
        {
            if (_offset >= _end)
            {
                if (_pass >= last.Pass)
                {
                    return ReadStatus.Ended;
                }

                (_pass, _offset, _blockLength, _at) = (_pass + 1, 0, 0, 0);
                continue;
            }

            if (allowance-- <= 0)
            {
                return ReadStatus.Idle;
            }

            pace.Take(1);
            if (!ReadLine(sink))
            {
                return ReadStatus.More;
            }
        }
    }

    public async ValueTask WaitAsync(CancellationToken cancellation) => await Task.Delay(20, cancellation).ConfigureAwait(false);

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    // Hands over the next line, or the next part of one that is too long. What the sink says.
    private bool ReadLine(IRecordSink sink)
    {
        var length = FindLine(sink.RecordBytesMax, out var terminated);
        var line = _block.AsMemory(_at, length);
        var consumed = length + (terminated ? 1 : 0);
        if (_inLongLine || (!terminated && length > sink.RecordBytesMax))
        {
            var part = terminated || _offset + length >= _end ? line : line[..Math.Min(length, sink.RecordBytesMax)];
            var ends = terminated || _offset + part.Length >= _end;
            var more = sink.Reject(part, $"line longer than {sink.RecordBytesMax} bytes{(ends ? ", its last part" : ", a part of it")}");
            Move(part.Length + (ends && terminated ? 1 : 0), !ends);
            return more;
        }

        if (length > sink.RecordBytesMax)
        {
            var more = sink.Reject(line, $"line longer than {sink.RecordBytesMax} bytes, its last part");
            Move(consumed, false);
            return more;
        }

        if (terminated && length > 0 && line.Span[^1] == (byte)'\r')
        {
            line = line[..^1];
        }

        var goOn = sink.Add(line);
        Move(consumed, false);
        return goOn;
    }

    private void Move(int bytes, bool inLongLine)
    {
        _at += bytes;
        _offset += bytes;
        _inLongLine = inLongLine;
    }

    // The length of the line at the current place, without its LF; at least one byte more than the limit where it is longer.
    private int FindLine(int limit, out bool terminated)
    {
        var searched = 0;
        while (true)
        {
            var rest = _block.AsSpan(_at, _blockLength - _at);
            var found = rest[searched..].IndexOf((byte)'\n');
            if (found >= 0)
            {
                terminated = true;
                return searched + found;
            }

            searched = rest.Length;
            if (_offset + rest.Length >= _end || searched > limit)
            {
                terminated = false;
                return searched;
            }

            Fill();
        }
    }

    // What is left of the block moves to a new one: slices of the old may still be in use.
    private void Fill()
    {
        var left = _blockLength - _at;
        var next = new byte[Math.Max(BlockBytes, left * 2)];
        _block.AsSpan(_at, left).CopyTo(next);
        var wanted = (int)Math.Min(next.Length - left, _end - _offset - left);
        var read = RandomAccess.Read(_file, next.AsSpan(left, wanted), _offset + left);
        if (read == 0)
        {
            throw new SourceLostException($"file {path} ends at byte {_offset + left}, it had {_end} bytes when the job began");
        }

        (_block, _blockLength, _at) = (next, left + read, 0);
    }
}
