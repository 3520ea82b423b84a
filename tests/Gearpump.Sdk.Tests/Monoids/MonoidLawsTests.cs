namespace Gearpump.Sdk.Tests.Monoids;

public sealed class MonoidLawsTests
{
    private static readonly long[] Longs = [0, 1, -1, 7, long.MaxValue, long.MinValue, 1_000_003];
    private static readonly double[] Doubles = [0, -1.5, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity];

    [Fact]
    public void Check_BuiltInMonoids_Hold()
    {
        MonoidLaws.Check(Monoid.Sum<long>(), Longs);
        MonoidLaws.Check(Monoid.SumGroup<long>(), Longs);
        MonoidLaws.Check(Monoid.Sum<decimal>(), [0m, 1.5m, -3m]);
        MonoidLaws.Check(Monoid.Min<long>(), Longs);
        MonoidLaws.Check(Monoid.Max<long>(), Longs);
        MonoidLaws.Check(Monoid.Min<double>(), Doubles);
        MonoidLaws.Check(Monoid.Max<double>(), Doubles);
        MonoidLaws.Check(Monoid.Max<float>(), [float.NegativeInfinity, 0f, float.MaxValue]);
    }

    [Fact]
    public void Check_NotAssociative_IsNamed()
    {
        var average = new Custom(0, static (left, right) => left == 0 ? right : right == 0 ? left : (left + right) / 2);
        Should.Throw<MonoidLawException>(() => MonoidLaws.Check(average, [0, 10, 20, 40])).Law.ShouldBe("associativity");
    }

    [Fact]
    public void Check_NoLeftIdentity_IsNamed() =>
        Should.Throw<MonoidLawException>(() => MonoidLaws.Check(new Custom(0, static (left, right) => left - right), [3])).Law.ShouldBe("left identity");

    [Fact]
    public void Check_NoRightIdentity_IsNamed() =>
        Should.Throw<MonoidLawException>(() => MonoidLaws.Check(new Custom(1, static (_, right) => right), [3])).Law.ShouldBe("right identity");

    [Fact]
    public void Check_WrongInverse_IsNamed() =>
        Should.Throw<MonoidLawException>(() => MonoidLaws.Check(new NoInverse(), [3L])).Law.ShouldBe("inverse");

    private sealed class Custom(long zero, Func<long, long, long> combine) : IMonoid<long>
    {
        public long Zero => zero;

        public long Combine(long left, long right) => combine(left, right);
    }

    private sealed class NoInverse : IGroup<long>
    {
        public long Zero => 0;

        public long Combine(long left, long right) => left + right;

        public long Negate(long value) => value;
    }
}
