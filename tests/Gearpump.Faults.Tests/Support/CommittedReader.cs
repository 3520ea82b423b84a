using System.Globalization;
using Gearpump.Files;

namespace Gearpump.Faults.Tests.Support;

/// <summary>Reads committed files as they appear, and checks that each word's updates are 1, 2, 3 … without a gap or a repetition.</summary>
internal sealed class CommittedReader(string folder)
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private string _instance = "";

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public long NewestCut { get; private set; }

    public int Files => _read.Count;

    /// <summary>Reads what has appeared since the last time. A second thread never comes here.</summary>
    public void Read(string instance)
    {
        _instance = instance;
        foreach (var path in CommittedFiles.Files(folder, _instance))
        {
            var cut = CommittedFiles.CutOf(path, _instance);
            if (!_read.Add(path))
            {
                continue;
            }

            cut.ShouldBeGreaterThan(NewestCut, "a file appeared behind a newer one");
            NewestCut = cut;
            foreach (var line in File.ReadLines(path))
            {
                var tab = line.IndexOf('\t');
                var (word, update) = (line[..tab], long.Parse(line.AsSpan(tab + 1), CultureInfo.InvariantCulture));
                var before = _counts.GetValueOrDefault(word);
                (update == before + 1).ShouldBeTrue($"cut {cut}: '{word}' goes from {before} to {update}");
                _counts[word] = update;
            }
        }
    }
}
