using Gearpump.Runtime;

namespace Gearpump.Serialization;

internal static class SerdeReader
{
    /// <summary>
    /// Reads a record. Whatever a serializer throws says that these bytes are no such value, now and at every retry: the record
    /// is rejected.
    /// </summary>
    public static T Read<T>(Serde<T> serde, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return serde.Read(bytes);
        }
        catch (Exception e) when (e is not RecordRejectedException and not OutOfMemoryException)
        {
            throw new RecordRejectedException($"cannot be read as '{serde}': {e.Message}", e);
        }
    }
}
