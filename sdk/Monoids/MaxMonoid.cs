using System.Numerics;

namespace Gearpump.Monoids;

internal sealed class MaxMonoid<T> : IMonoid<T>
    where T : IComparable<T>, IMinMaxValue<T>
{
    public static readonly MaxMonoid<T> Instance = new();

    public T Zero => T.MinValue;

    public string Name => $"max({typeof(T).Name})";

    public T Combine(T left, T right) => left.CompareTo(right) >= 0 ? left : right;
}
