using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gearpump.Outputs;
using Gearpump.Runtime;

namespace Gearpump.Files;

/// <summary>
/// Receives rejected records byte for byte. Each is a line of JSON (reason, step, task, split, position, length), then exactly
/// that many bytes, then LF. <see cref="DeadLetters"/> reads them.
/// </summary>
public sealed class DeadLetterOutput(string folder) : CutFileOutput(folder, Extension, "rejected")
{
    internal const string Extension = ".rejected";

    public override ISegmentEncoder CreateEncoder() => new LetterEncoder();

    private sealed class LetterEncoder : SegmentBuffer
    {
        protected override string? Encode(in Record record, IBufferWriter<byte> destination)
        {
            var header = JsonNode.Parse(record.Key.Span)?.AsObject() ?? throw new JsonException("the header is null");
            header["length"] = record.Value.Length;
            destination.Write(JsonSerializer.SerializeToUtf8Bytes(header));
            destination.Write("\n"u8);
            destination.Write(record.Value.Span);
            destination.Write("\n"u8);
            return null;
        }
    }
}
