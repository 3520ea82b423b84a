using System.Text;

namespace Gearpump.Benchmarks;

/// <summary>Lines of ten words, Zipf-distributed over 100,000 words, the same in each run; read several times by the word count.</summary>
internal sealed class BenchmarkInput : IDisposable
{
    private const int WordsOfALine = 10;
    private const int LinesMost = 500_000;
    private const int DifferentWords = 100_000;

    private BenchmarkInput(string folder, int repeat, IReadOnlyList<byte[]> words)
    {
        (Folder, Repeat, Sample) = (folder, repeat, words);
    }

    public string Folder { get; }

    public string Text => Path.Combine(Folder, "text.txt");

    /// <summary>How often the text is read.</summary>
    public int Repeat { get; }

    /// <summary>The text's words.</summary>
    public IReadOnlyList<byte[]> Sample { get; }

    public long Words => (long)Sample.Count * Repeat;

    public static BenchmarkInput Create(long words)
    {
        var folder = Directory.CreateTempSubdirectory("gearpump-benchmark-").FullName;
        var lines = (int)Math.Clamp(words / WordsOfALine, 1, LinesMost);
        var input = new BenchmarkInput(folder, (int)Math.Max(1, words / WordsOfALine / lines), Draw(lines * WordsOfALine));
        using var file = new FileStream(input.Text, FileMode.Create);
        for (var word = 0; word < input.Sample.Count; word++)
        {
            file.Write(input.Sample[word]);
            file.WriteByte((word + 1) % WordsOfALine == 0 ? (byte)'\n' : (byte)' ');
        }

        return input;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static byte[][] Draw(int count)
    {
        var random = new Random(1);
        var vocabulary = Enumerable.Range(0, DifferentWords).Select(number => Encoding.ASCII.GetBytes($"word{number}")).ToArray();
        var cumulated = new double[DifferentWords];
        var sum = 0.0;
        for (var rank = 0; rank < DifferentWords; rank++)
        {
            cumulated[rank] = sum += 1.0 / (rank + 1);
        }

        var words = new byte[count][];
        for (var word = 0; word < count; word++)
        {
            var at = Array.BinarySearch(cumulated, random.NextDouble() * sum);
            words[word] = vocabulary[Math.Min(at < 0 ? ~at : at, DifferentWords - 1)];
        }

        return words;
    }
}
