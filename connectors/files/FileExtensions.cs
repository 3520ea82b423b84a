using System.Text.RegularExpressions;
using Gearpump.Files;
using Gearpump.Graph;

namespace Gearpump;

/// <summary>Files in a pipeline.</summary>
public static partial class FileExtensions
{
    /// <summary>Begins a stream of lines: of a file, of a folder's files, or of those that a pattern matches.</summary>
    /// <param name="path">Relative ones are taken from the current folder.</param>
    /// <param name="name">The step's name.</param>
    public static DataStream<T> FromFiles<T>(this GraphBuilder graph, string path, Serde<T> serde, string name = "lines", FileSourceOptions? options = null) =>
        graph.From(name, _ => new FileSource(path, options), serde);

    /// <summary>Writes lines of key, TAB and value into a folder.</summary>
    /// <param name="name">The step's name; default: the folder's.</param>
    public static void ToFiles<TKey, T>(
        this KeyedStream<TKey, T> stream, string folder, Serde<TKey>? key = null, Serde<T>? value = null, string? name = null, Delivery? delivery = null)
    {
        SuggestDeadLetters(stream.Graph, folder);
        stream.To(name ?? NameOf(folder), _ => new FileOutput(folder), key, value, delivery);
    }

    /// <summary>Writes a line for each value into a folder.</summary>
    /// <param name="name">The step's name; default: the folder's.</param>
    public static void ToFiles<T>(this DataStream<T> stream, string folder, Serde<T>? value = null, string? name = null, Delivery? delivery = null)
    {
        SuggestDeadLetters(stream.Graph, folder);
        stream.To(name ?? NameOf(folder), _ => new FileOutput(folder), value, delivery);
    }

    /// <summary>Rejected records go to a folder, byte for byte. Default: "rejected" beside the first output folder.</summary>
    public static GraphBuilder DeadLettersToFiles(this GraphBuilder graph, string folder) => graph.DeadLettersTo(_ => new DeadLetterOutput(folder));

    private static void SuggestDeadLetters(GraphBuilder graph, string folder)
    {
        var beside = Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) ?? ".", "rejected");
        graph.SuggestDeadLetters(_ => new DeadLetterOutput(beside));
    }

    private static string NameOf(string folder)
    {
        var name = NotAllowed().Replace(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).ToLowerInvariant(), "-").Trim('-');
        return name.Length > 0 ? name[..Math.Min(name.Length, 63)] : "files";
    }

    [GeneratedRegex("[^a-z0-9-]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NotAllowed();
}
