using System.Numerics;

namespace Gearpump.Monoids;

internal sealed class MaxMonoid<T> : IMonoid<T>
    where T : IComparable<T>, IMinMaxValue<T>
{
    public static readonly MaxMonoid<T> Instance = new();

    // The smallest and the largest finite number are no identities: there are infinities beyond them.
    public T Zero { get; } = typeof(T) == typeof(double) ? (T)(object)double.NegativeInfinity
        : typeof(T) == typeof(float) ? (T)(object)float.NegativeInfinity
        : typeof(T) == typeof(Half) ? (T)(object)Half.NegativeInfinity
        : T.MinValue;

    public string Name => $"max({typeof(T).Name})";

    public T Combine(T left, T right) => left.CompareTo(right) >= 0 ? left : right;
}
