using System.Globalization;
using Gearpump.Files;

namespace Gearpump.EndToEnd.Support;

/// <summary>Reads committed updates as they appear: for every word 1, 2, 3 … each once and in order.</summary>
internal sealed class UpdateChecker(string folder, string instance)
{
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Last => _last;

    /// <summary>The newest cut that has been read.</summary>
    public long NewestCut { get; private set; }

    /// <summary>Reads what has appeared since the last call; throws at the first update that is not the next.</summary>
    public void ReadNew()
    {
        foreach (var path in CommittedFiles.Files(folder, instance).Where(_read.Add).ToList())
        {
            NewestCut = Math.Max(NewestCut, CommittedFiles.CutOf(path, instance));
            foreach (var line in File.ReadLines(path))
            {
                var tab = line.IndexOf('\t');
                var word = line[..tab];
                var count = long.Parse(line.AsSpan(tab + 1), CultureInfo.InvariantCulture);
                var last = _last.GetValueOrDefault(word);
                if (count != last + 1)
                {
                    throw new InvalidDataException($"'{word}' has update {count} after {last}, in {path}");
                }

                _last[word] = count;
            }
        }
    }

    public void CheckAgainst(IReadOnlyDictionary<string, long> expected)
    {
        var wrong = expected.Keys.Union(_last.Keys).Where(word => expected.GetValueOrDefault(word) != _last.GetValueOrDefault(word)).ToList();
        if (wrong.Count > 0)
        {
            throw new InvalidDataException($"{wrong.Count} words differ, such as '{wrong[0]}': {_last.GetValueOrDefault(wrong[0])} committed, {expected.GetValueOrDefault(wrong[0])} true");
        }
    }

    public static void CheckAll(string folder, string instance, IReadOnlyDictionary<string, long> expected)
    {
        var checker = new UpdateChecker(folder, instance);
        checker.ReadNew();
        checker.CheckAgainst(expected);
    }
}
