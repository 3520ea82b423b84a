using System.Globalization;
using Gearpump.Sources;
using Microsoft.Win32.SafeHandles;

namespace Gearpump.Files;

/// <summary>Reads one file's lines. Blocks are read into arrays of their own, and lines are handed over as slices of them.</summary>
internal sealed class LineReader(string path, FilePosition start, FilePosition last) : ISplitReader
{
    // Below the size from which an array is a large object, which only a full collection frees.
    private const int BlockBytes = 64 * 1024;
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    private readonly long _end = last.Offset;
    private byte[] _block = [];
    private int _blockLength;
    private int _at;
    private int _pass = start.Pass;
    private long _offset = start.Offset;
    private bool _inLongLine = start.InLongLine;

    public SourcePosition Position => new FilePosition(_pass, _offset, _inLongLine).ToSourcePosition();

    public string PositionText => string.Create(CultureInfo.InvariantCulture, $"byte {_offset}");

    public ReadStatus Read(IRecordSink sink)
    {
        while (true)
        {
            if (_offset < _end)
            {
                if (!ReadLine(sink))
                {
                    return ReadStatus.More;
                }
            }
            else if (_pass < last.Pass)
            {
                (_pass, _offset, _blockLength, _at) = (_pass + 1, 0, 0, 0);
            }
            else
            {
                return ReadStatus.Ended;
            }
        }
    }

    // A file is never idle.
    public ValueTask WaitAsync(CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? ValueTask.FromCanceled(cancellation) : ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    // Hands over the next line, or the next part of one that is too long. What the sink says.
    private bool ReadLine(IRecordSink sink)
    {
        var limit = sink.RecordBytesMax;
        var length = FindLine(limit, out var terminated);
        if (_inLongLine || LengthWithoutReturn(length, terminated) > limit)
        {
            return RejectPart(sink, length, terminated);
        }

        var goOn = sink.Add(_block.AsMemory(_at, LengthWithoutReturn(length, terminated)));
        Move(length + (terminated ? 1 : 0), false);
        return goOn;
    }

    // Parts hold every byte of the line, a CR before the LF included, and are never larger than a record may be.
    private bool RejectPart(IRecordSink sink, int length, bool terminated)
    {
        var limit = sink.RecordBytesMax;
        var part = Math.Min(length, limit);
        var isLast = part == length && (terminated || _offset + part >= _end);
        var goOn = sink.Reject(_block.AsMemory(_at, part), $"line longer than {limit} bytes{(isLast ? ", its last part" : ", a part of it")}");
        Move(part + (isLast && terminated ? 1 : 0), !isLast);
        return goOn;
    }

    private int LengthWithoutReturn(int length, bool terminated) => terminated && length > 0 && _block[_at + length - 1] == (byte)'\r' ? length - 1 : length;

    private void Move(int bytes, bool inLongLine)
    {
        _at += bytes;
        _offset += bytes;
        _inLongLine = inLongLine;
    }

    // The length of the line at the current place, without its LF. Of a long one, no more than is needed to know that it is:
    // the limit, a CR that would be taken off, and one byte more.
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
            if (_offset + rest.Length >= _end || searched > (long)limit + 1)
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
