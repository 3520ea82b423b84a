using System.Numerics;

namespace Gearpump.Monoids;

internal sealed class SumGroup<T> : IGroup<T>
    where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>, IUnaryNegationOperators<T, T>
{
    public static readonly SumGroup<T> Instance = new();

    public T Zero => T.AdditiveIdentity;

    // The same state as the monoid's: a program may change from one to the other.
    public string Name => $"sum({typeof(T).Name})";

    public T Combine(T left, T right) => left + right;

    public T Negate(T value) => -value;
}
