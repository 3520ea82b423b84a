using System.Numerics;

namespace Gearpump.Monoids;

internal sealed class MinMonoid<T> : IMonoid<T>
    where T : IComparable<T>, IMinMaxValue<T>
{
    public static readonly MinMonoid<T> Instance = new();

    // The smallest and the largest finite number are no identities: there are infinities beyond them.
    public T Zero { get; } = typeof(T) == typeof(double) ? (T)(object)double.PositiveInfinity
        : typeof(T) == typeof(float) ? (T)(object)float.PositiveInfinity
        : typeof(T) == typeof(Half) ? (T)(object)Half.PositiveInfinity
        : T.MaxValue;

    public string Name => $"min({typeof(T).Name})";

    public T Combine(T left, T right) => left.CompareTo(right) <= 0 ? left : right;
}
