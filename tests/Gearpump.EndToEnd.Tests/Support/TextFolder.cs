using System.Globalization;

namespace Gearpump.EndToEnd.Support;

/// <summary>A folder of its own for each test: input of known words, and room for outputs.</summary>
internal sealed class TextFolder : IDisposable
{
    public TextFolder()
    {
        Directory.CreateDirectory(Input);
    }

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "gearpump-e2e", Guid.NewGuid().ToString("n"));

    public string Input => Path.Combine(Root, "in");

    public string Output => Path.Combine(Root, "out");

    public string State => Path.Combine(Output, ".state");

    public string Counts => Path.Combine(Output, "counts");

    public string PaceFile => Path.Combine(Root, "pace");

    /// <summary>Writes lines of ten words, some frequent and most rare, the same for the same seed. Returns how often each word stands there.</summary>
    public Dictionary<string, long> Write(string name, int lines, int seed)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var random = new Random(seed);
        using var file = new StreamWriter(Path.Combine(Input, name));
        for (var line = 0; line < lines; line++)
        {
            var words = Enumerable.Range(0, 10).Select(_ => string.Create(CultureInfo.InvariantCulture, $"w{(int)(2_000 * Math.Pow(random.NextDouble(), 3))}")).ToList();
            words.ForEach(word => counts[word] = counts.GetValueOrDefault(word) + 1);
            file.WriteLine(string.Join(' ', words));
        }

        return counts;
    }

    public Dictionary<string, long> ReadCounts() => File.ReadLines(Path.Combine(Output, "counts.tsv")).Select(line => line.Split('\t'))
        .ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
