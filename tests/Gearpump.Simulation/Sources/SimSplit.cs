using System.Text;
using Gearpump.Simulation.Core;

namespace Gearpump.Simulation.Sources;

/// <summary>One split: its lines, and when each of them becomes available.</summary>
internal sealed class SimSplit
{
    // Two are of the last two key groups: an object may begin with the very last one.
    private static readonly string[] Words = ["a", "the", "of", "gear", "axle", "x1", "pump", "cut", "épée", "zero", "tick", "clock", "store", "word", "log"];

    /// <summary>No line has more words: two texts, and one that is refused.</summary>
    public const int WordsMost = 13;

    public SimSplit(int number, SimulationProfile profile, SimRandom random)
    {
        (Number, Id) = (number, $"s{number}");
        Lines = new Line[random.PerMille(profile.ShortSplitPerMille) ? (int)random.Below(4) : profile.LinesPerSplit];
        var burst = random.PerMille(300);
        var at = random.Between(0L, 500L);
        for (var i = 0; i < Lines.Length; i++)
        {
            // Idle for a while now and then, else a steady trickle; a burst is all there at once.
            at += burst ? 0 : random.Between(0L, 2 * profile.InputMs / profile.LinesPerSplit);
            at += random.PerMille(20) ? random.Between(200L, 2_000L) : 0;
            Lines[i] = random.PerMille(profile.BadLinePerMille) ? NewBad(profile, random, $"{Id}/{i}", at) : NewLine(Text(profile, random), at, false);
        }
    }

    public int Number { get; }

    public string Id { get; }

    /// <summary>A line that begins with it is refused by user code.</summary>
    public const string RefusedLine = "refused";

    /// <summary>A word that is refused by user code, when it is counted.</summary>
    public const string RefusedWord = "poison";

    public Line[] Lines { get; }

    /// <summary>A line, the virtual time at which it is there, and whether it cannot be read.</summary>
    internal readonly record struct Line(byte[] Bytes, long AtMs, bool Bad);

    private static Line NewBad(SimulationProfile profile, SimRandom random, string place, long at) => random.Below(profile.Sdk ? 4 : 3) switch
    {
        0 => NewLine($"bad {place}", at, true),
        1 => NewLine($"{RefusedLine} {place}", at, false),
        3 => new Line([0xFF, 0xFE, .. Encoding.UTF8.GetBytes($" no text {place}")], at, false),
        _ => NewLine($"{Text(profile, random)} {RefusedWord} {Text(profile, random)}", at, false),
    };

    /// <summary>User code, or the serializer, refuses the whole line.</summary>
    public static bool IsRefused(ReadOnlySpan<byte> line) => line is [0xFF, ..] || line.StartsWith(Encoding.UTF8.GetBytes(RefusedLine));

    private static Line NewLine(string text, long at, bool bad) => new(Encoding.UTF8.GetBytes(text), at, bad);

    private static string Text(SimulationProfile profile, SimRandom random)
    {
        var count = (int)random.Below(7);
        var line = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            // Some words are much more frequent than others.
            var word = random.PerMille(profile.SkewPerMille) ? Words[0] : Words[(int)Math.Min(random.Below(Words.Length), random.Below(Words.Length))];
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        return line.ToString();
    }
}
