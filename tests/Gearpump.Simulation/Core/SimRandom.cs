using System.Numerics;

namespace Gearpump.Simulation.Core;

/// <summary>xoshiro256** seeded by splitmix64: the same numbers on every machine and runtime, for ever.</summary>
internal sealed class SimRandom
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public SimRandom(ulong seed)
    {
        _a = SplitMix(ref seed);
        _b = SplitMix(ref seed);
        _c = SplitMix(ref seed);
        _d = SplitMix(ref seed);
    }

    /// <summary>A generator of its own, so that more draws in one place do not change what another place draws.</summary>
    public SimRandom Fork() => new(Next());

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>A number from 0 (included) to <paramref name="bound"/> (excluded).</summary>
    public long Below(long bound) => (long)(UInt128.CreateTruncating(Next()) * (ulong)bound >> 64);

    /// <summary>A number between both bounds, included.</summary>
    public long Between(long low, long high) => low + Below(high - low + 1);

    public int Between(int low, int high) => (int)Between((long)low, high);

    /// <summary>True in so many of a thousand cases.</summary>
    public bool PerMille(int share) => share > 0 && Below(1000) < share;

    public T Pick<T>(IReadOnlyList<T> items) => items[(int)Below(items.Count)];

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
