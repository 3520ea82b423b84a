using System.Globalization;
using System.Text;
using System.Text.Json;
using Gearpump.Outputs;

namespace Gearpump.Simulation.Outputs;

/// <summary>What one instance of the job has written outside, and the oracle over it: what readers see is right at every moment.</summary>
internal sealed class InstanceOutput(SimWorld world, string system, bool counts)
{
    private readonly Dictionary<string, long> _committed = [];
    private readonly Dictionary<string, SortedSet<long>> _seen = [];
    private readonly Dictionary<string, (long Epoch, long Count)> _last = [];

    /// <summary>Per word, the newest committed count; of an output without counts, how often it stands there.</summary>
    public IReadOnlyDictionary<string, long> CommittedCounts => _committed;

    public void Committed(ReadOnlyMemory<byte> segment)
    {
        foreach (var (key, value) in SimRecordCodec.Read(segment))
        {
            Committed(key, value);
        }
    }

    /// <summary>Readers see one more record.</summary>
    public void Committed(byte[] key, byte[] value)
    {
        world.Stats.RecordsPublished++;
        world.PublishedAtMs = world.NowMs;
        world.Stats.DeadLetters += counts ? 0 : 1;
        if (!counts)
        {
            RequirePlace(key, value);
        }

        var word = Word(key, value);
        var before = _committed.GetValueOrDefault(word);
        var count = counts ? Count(word, value) : before + 1;
        if (count != before + 1)
        {
            throw world.Fail($"{system}: update {count} of '{word}' is committed after update {before}");
        }

        _committed[word] = count;
        if (count > world.Expected(system).GetValueOrDefault(word))
        {
            throw world.Fail($"{system}: '{word}' is counted {count} times, the input has {world.Expected(system).GetValueOrDefault(word)}");
        }
    }

    public void Appended(DirectWriterId id, ReadOnlyMemory<byte> segment)
    {
        foreach (var (key, value) in SimRecordCodec.Read(segment))
        {
            world.Stats.RecordsPublished++;
            var word = Word(key, value);
            var count = counts ? Count(word, value) : 1;
            if (count > world.Expected(system).GetValueOrDefault(word))
            {
                throw world.Fail($"{system}: '{word}' is counted {count} times, the input has {world.Expected(system).GetValueOrDefault(word)}");
            }

            if (!_seen.TryGetValue(word, out var seen))
            {
                seen = [];
                _seen.Add(word, seen);
            }

            seen.Add(count);

            // "Last" is by epoch, then by line: a writer of an older epoch may still come after.
            if (!_last.TryGetValue(word, out var last) || id.Epoch >= last.Epoch)
            {
                _last[word] = (id.Epoch, count);
            }
        }
    }

    /// <summary>What is missing or too much at the end; null: nothing.</summary>
    public string? Difference(bool atLeastOnce)
    {
        foreach (var (word, expected) in world.Expected(system))
        {
            if (!atLeastOnce && _committed.GetValueOrDefault(word) != expected)
            {
                return $"{system}: '{word}' was committed {_committed.GetValueOrDefault(word)} times, the serial run has {expected}";
            }

            if (!atLeastOnce)
            {
                continue;
            }

            var updates = counts ? expected : 1;
            var seen = _seen.GetValueOrDefault(word)?.Count ?? 0;
            if (seen != updates)
            {
                return $"{system}: of '{word}' {seen} different updates were written, the serial run has {updates}";
            }

            if (_last[word].Count != updates)
            {
                return $"{system}: the last count of '{word}' is {_last[word].Count}, the serial run has {updates}";
            }
        }

        return null;
    }

    // A letter from a source's own stage names its split and position: the line stands there.
    private void RequirePlace(byte[] header, byte[] line)
    {
        using var letter = JsonDocument.Parse(header);
        if (!letter.RootElement.TryGetProperty("split", out var split))
        {
            return;
        }

        var at = BitConverter.ToInt64(Convert.FromHexString(letter.RootElement.GetProperty("position").GetString()!));
        var lines = world.Splits.Single(one => one.Id == split.GetString()).Lines;
        if (at >= lines.Length || !lines[at].Bytes.AsSpan().SequenceEqual(line))
        {
            throw world.Fail($"{system}: '{Encoding.UTF8.GetString(line)}' does not stand in {split} at {at}");
        }
    }

    private string Word(byte[] key, byte[] value) => Encoding.UTF8.GetString(counts ? key : value);

    private long Count(string word, byte[] value) =>
        long.TryParse(value, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw world.Fail($"{system}: '{word}' has no count but {Convert.ToHexString(value)}");
}
