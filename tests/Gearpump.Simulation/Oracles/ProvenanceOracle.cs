using System.Buffers.Binary;
using System.Text;
using Gearpump.Protocol.V1;
using Gearpump.Simulation.Graphs;
using Gearpump.Simulation.Sources;

namespace Gearpump.Simulation.Oracles;

/// <summary>
/// Which input a count was made of: every word of every line once, and those of one split in their order, across cuts, rollbacks and
/// other numbers of tasks. Hand-made chains that count what sources send carry a number in the upper bits of each count, which
/// stands for its history here.
/// </summary>
internal sealed class ProvenanceOracle(SimWorld world)
{
    private const int CountBits = 24;
    private const int HeaderBytes = 16;
    private readonly Dictionary<long, WordPlace> _sent = [];
    private readonly List<History> _histories = [new([], 0)];

    /// <summary>The line that a source hands over now; null: none.</summary>
    public LinePlace? Reading { get; set; }

    /// <summary>A word is sent: the i-th of the line that is being read. One that is not sent by a source has no place.</summary>
    public void Sent(long stamp, int word)
    {
        if (Reading is { } line)
        {
            _sent[stamp] = new WordPlace(line.Split, (line.Line * (long)SimSplit.WordsMost) + word);
        }
    }

    /// <summary>The word that was sent with the stamp is counted.</summary>
    public long Counted(long before, string word, long stamp)
    {
        var after = before + 1;
        if (!_sent.TryGetValue(stamp, out var place))
        {
            return after;
        }

        var history = _histories[(int)(before >> CountBits)];
        var last = new long[world.Splits.Count];
        Array.Fill(last, -1);
        history.Last.CopyTo(last, 0);
        if (place.At <= last[place.Split])
        {
            throw world.Fail($"'{word}' of split {place.Split}, place {place.At}, is counted behind the one of place {last[place.Split]}");
        }

        last[place.Split] = place.At;
        _histories.Add(new History(last, history.Sum + place.Hash));
        return ((long)(_histories.Count - 1) << CountBits) | CountOf(after);
    }

    /// <summary>The count without what stands above it.</summary>
    public static long CountOf(long value) => value & ((1L << CountBits) - 1);

    /// <summary>The job has ended with this manifest.</summary>
    public void Ended(Manifest manifest)
    {
        if (world.Profile.Sdk || world.Profile.Shape == SimulationShape.Middle)
        {
            return;
        }

        var found = new Dictionary<string, ulong>();
        foreach (var held in manifest.Objects.Where(static held => held.Step == CountChain.Step))
        {
            // Magic, format and the header's length come before the header, and the payload behind it.
            var bytes = world.Store.Find(held.Key).AsSpan();
            for (var rest = bytes[(10 + BinaryPrimitives.ReadInt32LittleEndian(bytes[6..]))..]; !rest.IsEmpty;)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(rest[(HeaderBytes - sizeof(int))..]);
                var word = Encoding.UTF8.GetString(rest.Slice(HeaderBytes, length));
                found[word] = _histories[(int)(BinaryPrimitives.ReadInt64LittleEndian(rest[sizeof(int)..]) >> CountBits)].Sum;
                rest = rest[(HeaderBytes + length)..];
            }
        }

        foreach (var (word, sum) in Serial())
        {
            if (found.GetValueOrDefault(word) != sum)
            {
                throw world.Fail($"'{word}' was not counted from the words of the input, each once", OracleName.SerialRun);
            }
        }
    }

    // In a diamond the marked words come by the middle.
    private Dictionary<string, ulong> Serial()
    {
        var sums = new Dictionary<string, ulong>();
        foreach (var split in world.Splits)
        {
            var mark = SimGraphs.SourceOf(world.Profile.Shape, split.Number) == "more" ? "m:" : "";
            for (var at = 0; at < split.Lines.Length; at++)
            {
                var line = split.Lines[at];
                if (line.Bad || SimSplit.IsRefused(line.Bytes))
                {
                    continue;
                }

                var words = Encoding.UTF8.GetString(line.Bytes).Split(' ', StringSplitOptions.RemoveEmptyEntries);
                for (var i = 0; i < words.Length; i++)
                {
                    if (words[i] != SimSplit.RefusedWord)
                    {
                        var place = new WordPlace(split.Number, (at * (long)SimSplit.WordsMost) + i);
                        sums[mark + words[i]] = sums.GetValueOrDefault(mark + words[i]) + place.Hash;
                    }
                }
            }
        }

        return sums;
    }

    private readonly record struct WordPlace(int Split, long At)
    {
        // Sums of these tell sets of places apart (the finalizer of SplitMix64).
        public ulong Hash
        {
            get
            {
                var z = (((ulong)Split << 40) | (ulong)At) + 0x9E3779B97F4A7C15;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                return z ^ (z >> 31);
            }
        }
    }

    /// <summary>Of one count: the last place in each split, and the sum over all places.</summary>
    private sealed record History(long[] Last, ulong Sum);
}
