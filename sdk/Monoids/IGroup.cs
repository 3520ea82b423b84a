namespace Gearpump;

/// <summary>A monoid in which every value can be taken back. Never required; it makes some windows cheaper.</summary>
public interface IGroup<T> : IMonoid<T>
{
    /// <summary>The value that gives <see cref="IMonoid{T}.Zero"/> when combined with <paramref name="value"/>.</summary>
    T Negate(T value);
}
