using System.Text.Json.Nodes;

namespace Gearpump.Files;

/// <summary>Reads what <see cref="DeadLetterOutput"/> wrote.</summary>
public static class DeadLetters
{
    /// <summary>All rejected records of an instance, in the order of the cuts.</summary>
    /// <exception cref="InvalidDataException">A file is damaged; it is named.</exception>
    public static IEnumerable<(JsonObject Header, byte[] Bytes)> Read(string folder, string instance)
    {
        foreach (var path in CommittedFiles.Files(folder, instance, DeadLetterOutput.Extension))
        {
            var bytes = File.ReadAllBytes(path);
            var at = 0;
            while (at < bytes.Length)
            {
                var line = bytes.AsSpan(at).IndexOf((byte)'\n');
                var header = line > 0 ? JsonNode.Parse(bytes.AsSpan(at, line))?.AsObject() : null;
                var length = header?["length"]?.GetValue<int>() ?? -1;
                if (header is null || length < 0 || at + line + 1 + length >= bytes.Length)
                {
                    throw new InvalidDataException($"{path} is damaged at byte {at}");
                }

                yield return (header, bytes[(at + line + 1)..(at + line + 1 + length)]);
                at += line + 1 + length + 1;
            }
        }
    }
}
