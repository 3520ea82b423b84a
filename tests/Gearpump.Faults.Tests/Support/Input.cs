using System.Globalization;
using System.Text;

namespace Gearpump.Faults.Tests.Support;

/// <summary>Lines of words, a few frequent and many rare, in three files; and how often each word stands there.</summary>
internal sealed class Input
{
    private const int Files = 3;
    private const int WordsPerLine = 3;

    public Dictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    public int Lines { get; private init; }

    public static Input Write(string folder, int lines)
    {
        Directory.CreateDirectory(folder);
        var input = new Input { Lines = lines };
        var random = new Random(17);
        for (var file = 0; file < Files; file++)
        {
            using var writer = new StreamWriter(Path.Combine(folder, $"part-{file}.txt"), append: false, new UTF8Encoding(false));
            for (var line = file; line < lines; line += Files)
            {
                writer.Write(string.Join(' ', Enumerable.Range(0, WordsPerLine).Select(_ => input.Next(random))));
                writer.Write('\n');
            }
        }

        return input;
    }

    private string Next(Random random)
    {
        var number = (int)(Math.Pow(random.NextDouble(), 3) * 2_000);
        var word = string.Create(CultureInfo.InvariantCulture, $"word{number}{(number % 7 == 0 ? "é" : "")}");
        Counts[word] = Counts.GetValueOrDefault(word) + 1;
        return word;
    }
}
