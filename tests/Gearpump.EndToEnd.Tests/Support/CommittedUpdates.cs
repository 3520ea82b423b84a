namespace Gearpump.EndToEnd.Support;

/// <summary>Reads committed updates as they appear: for every word 1, 2, 3 … each once and in order.</summary>
internal abstract class CommittedUpdates : IDisposable
{
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);

    /// <summary>The newest update of each word.</summary>
    public IReadOnlyDictionary<string, long> Last => _last;

    /// <summary>The newest cut that has been read; null where the output does not tell.</summary>
    public virtual long? NewestCut => null;

    /// <summary>Reads what has appeared since the last call; throws at the first update that is not the next.</summary>
    public abstract void ReadNew();

    public void CheckAgainst(IReadOnlyDictionary<string, long> expected)
    {
        var wrong = expected.Keys.Union(_last.Keys).Where(word => expected.GetValueOrDefault(word) != _last.GetValueOrDefault(word)).ToList();
        if (wrong.Count > 0)
        {
            throw new InvalidDataException($"{wrong.Count} words differ, such as '{wrong[0]}': {_last.GetValueOrDefault(wrong[0])} committed, {expected.GetValueOrDefault(wrong[0])} true");
        }
    }

    public virtual void Dispose()
    {
    }

    protected void Take(string word, long count, string where)
    {
        var last = _last.GetValueOrDefault(word);
        if (count != last + 1)
        {
            throw new InvalidDataException($"'{word}' has update {count} after {last}, in {where}");
        }

        _last[word] = count;
    }

    /// <summary>The word's newest update, whatever stood before.</summary>
    protected void TakeLast(string word, long count) => _last[word] = count;
}
