using System.Buffers;
using Gearpump.Outputs;
using Gearpump.Runtime;

namespace Gearpump.Files;

/// <summary>
/// Writes lines: key, TAB, value; or the value alone. Exactly once: a file for each cut. At least once: each task appends to a
/// file of its own in each epoch, where a line without its LF is no record. A key or value that holds a TAB, LF or CR cannot
/// be read back and is rejected.
/// </summary>
public sealed class FileOutput(string folder) : CutFileOutput(folder, Extension, "files")
{
    internal const string Extension = ".txt";

    public override ISegmentEncoder CreateEncoder() => new LineEncoder();

    private sealed class LineEncoder : SegmentBuffer
    {
        private static readonly SearchValues<byte> Separators = SearchValues.Create("\t\n\r"u8);

        protected override string? Encode(in Record record, IBufferWriter<byte> destination)
        {
            var key = record.Key.Span;
            var value = record.Value.Span;
            if (key.IndexOfAny(Separators) >= 0 || value.IndexOfAny(Separators) >= 0)
            {
                return "a key or value with TAB, LF or CR cannot stand in a line";
            }

            var length = (record.HasKey ? key.Length + 1 : 0) + value.Length + 1;
            var span = destination.GetSpan(length);
            if (record.HasKey)
            {
                key.CopyTo(span);
                span[key.Length] = (byte)'\t';
                span = span[(key.Length + 1)..];
            }

            value.CopyTo(span);
            span[value.Length] = (byte)'\n';
            destination.Advance(length);
            return null;
        }
    }
}
