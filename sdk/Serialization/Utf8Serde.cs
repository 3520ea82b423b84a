using System.Text;
using Gearpump.Runtime;

namespace Gearpump.Serialization;

internal sealed class Utf8Serde : Serde<string>
{
    // Strict in both directions: a replacement character would change the user's data silently.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override string Name => "utf8";

    public override int MaxBytes(string value) => checked(value.Length * 3);

    public override int Write(string value, Span<byte> destination)
    {
        try
        {
            return Strict.GetBytes(value, destination);
        }
        catch (EncoderFallbackException e)
        {
            throw new RecordRejectedException($"a string that has no UTF-8: half a surrogate pair at character {e.Index}", e);
        }
    }

    public override string Read(ReadOnlyMemory<byte> source)
    {
        try
        {
            return Strict.GetString(source.Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new RecordRejectedException($"not UTF-8: byte {e.Index}", e);
        }
    }
}
