namespace Gearpump;

/// <summary>Checks a monoid against sample values: call it from a test of your own monoid.</summary>
public static class MonoidLaws
{
    /// <summary>Checks identity for each sample and associativity for each three of them (so give some dozens, not thousands).</summary>
    /// <param name="monoid">What is checked; if it is an <see cref="IGroup{T}"/>, its inverse too.</param>
    /// <param name="samples">The values.</param>
    /// <param name="equality">What counts as equal; for floating-point numbers, up to rounding. Default: the type's own equality.</param>
    /// <exception cref="MonoidLawException">A law does not hold; it is named, with the values.</exception>
    public static void Check<T>(IMonoid<T> monoid, IEnumerable<T> samples, IEqualityComparer<T>? equality = null)
    {
        ArgumentNullException.ThrowIfNull(monoid);
        ArgumentNullException.ThrowIfNull(samples);
        var equal = equality ?? EqualityComparer<T>.Default;
        var values = samples.ToList();
        foreach (var a in values)
        {
            Require(equal, "left identity", monoid.Combine(monoid.Zero, a), a, $"Zero · {a}");
            Require(equal, "right identity", monoid.Combine(a, monoid.Zero), a, $"{a} · Zero");
            if (monoid is IGroup<T> group)
            {
                Require(equal, "inverse", group.Combine(a, group.Negate(a)), group.Zero, $"{a} · -({a})");
                Require(equal, "inverse", group.Combine(group.Negate(a), a), group.Zero, $"-({a}) · {a}");
            }
        }

        foreach (var a in values)
        {
            foreach (var b in values)
            {
                foreach (var c in values)
                {
                    var left = monoid.Combine(monoid.Combine(a, b), c);
                    var right = monoid.Combine(a, monoid.Combine(b, c));
                    Require(equal, "associativity", left, right, $"({a} · {b}) · {c} against {a} · ({b} · {c})");
                }
            }
        }
    }

    private static void Require<T>(IEqualityComparer<T> equal, string law, T actual, T expected, string what)
    {
        if (!equal.Equals(actual, expected))
        {
            throw new MonoidLawException(law, $"{what} gives {actual}, not {expected}");
        }
    }
}
