using System.Globalization;
using Gearpump.Files;
using Gearpump.Hosting.Launch;

namespace Gearpump.Examples.WordCount;

/// <summary>Files in, files out.</summary>
internal sealed class WordCountFiles(WordCountOptions options) : IWordCountPlace
{
    private const long ChaosLines = 200_000;
    private const int ChaosLinesPerSecond = 400;

    public string Committed => options.CountsFolder;

    public IEnumerable<string> InputLines() => FileSource.FindFiles(options.Input).SelectMany(File.ReadLines);

    public Dictionary<string, long> Counts(string instance)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var records = options.AtLeastOnce
            ? CommittedFiles.ReadDirect(options.CountsFolder, instance).OrderBy(record => record.Epoch).Select(record => (record.Key, record.Value))
            : CommittedFiles.Read(options.CountsFolder, instance).Select(record => (record.Key, record.Value));
        foreach (var (word, count) in records)
        {
            counts[word] = long.Parse(count, CultureInfo.InvariantCulture);
        }

        return counts;
    }

    public ChaosOptions NewChaos()
    {
        var lines = Math.Max(1, InputLines().LongCount());
        return new ChaosOptions
        {
            Repeat = (int)Math.Max(options.Repeat, (ChaosLines + lines - 1) / lines),
            PaceFile = Path.Combine(Path.GetFullPath(options.Output), $"pace-{Environment.ProcessId}"),
            LinesPerSecond = ChaosLinesPerSecond,
            Committed = () => Directory.Exists(options.CountsFolder)
                ? Directory.EnumerateFiles(options.CountsFolder).Count(path => !Path.GetFileName(path).StartsWith('.'))
                : 0,
        };
    }
}
