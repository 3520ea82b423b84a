using System.Numerics;

namespace Gearpump.Monoids;

internal sealed class SumMonoid<T> : IMonoid<T>
    where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
{
    public static readonly SumMonoid<T> Instance = new();

    public T Zero => T.AdditiveIdentity;

    public string Name => $"sum({typeof(T).Name})";

    public T Combine(T left, T right) => left + right;
}
