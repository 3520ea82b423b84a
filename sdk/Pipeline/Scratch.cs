namespace Gearpump.Pipeline;

/// <summary>A buffer that is written anew for every record.</summary>
internal sealed class Scratch
{
    private byte[] _bytes = new byte[256];

    /// <summary>Encodes a value; the result is good until the next call.</summary>
    public ReadOnlyMemory<byte> Write<T>(Serde<T> serde, T value)
    {
        var most = serde.MaxBytes(value);
        if (_bytes.Length < most)
        {
            _bytes = new byte[Math.Max(most, _bytes.Length * 2)];
        }

        return _bytes.AsMemory(0, serde.Write(value, _bytes));
    }
}
