using System.Numerics;
using Gearpump.Monoids;

namespace Gearpump;

/// <summary>The monoids that come with Gearpump.</summary>
public static class Monoid
{
    /// <summary>Addition. Integers wrap around at their limits, as C# does; floating-point addition is associative only up to rounding.</summary>
    public static IMonoid<T> Sum<T>()
        where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T> => SumMonoid<T>.Instance;

    /// <summary>Addition of numbers that have a negative.</summary>
    public static IGroup<T> SumGroup<T>()
        where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>, IUnaryNegationOperators<T, T> => Monoids.SumGroup<T>.Instance;

    /// <summary>The smaller value; its identity is the type's largest.</summary>
    public static IMonoid<T> Min<T>()
        where T : IComparable<T>, IMinMaxValue<T> => MinMonoid<T>.Instance;

    /// <summary>The larger value; its identity is the type's smallest.</summary>
    public static IMonoid<T> Max<T>()
        where T : IComparable<T>, IMinMaxValue<T> => MaxMonoid<T>.Instance;
}
