using System.Numerics;

namespace Gearpump.Monoids;

internal sealed class MinMonoid<T> : IMonoid<T>
    where T : IComparable<T>, IMinMaxValue<T>
{
    public static readonly MinMonoid<T> Instance = new();

    public T Zero => T.MaxValue;

    public string Name => $"min({typeof(T).Name})";

    public T Combine(T left, T right) => left.CompareTo(right) <= 0 ? left : right;
}
