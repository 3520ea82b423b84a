namespace Gearpump;

/// <summary>
/// An associative operation with an identity element. Both laws matter: state is merged in another order after a restart than
/// before it. <see cref="MonoidLaws"/> checks them.
/// </summary>
public interface IMonoid<T>
{
    /// <summary>Changes nothing when combined, from either side.</summary>
    T Zero { get; }

    /// <summary>Combines two values, the older one first. Changes neither: a frozen snapshot may still hold them.</summary>
    T Combine(T left, T right);

    /// <summary>For the plan and for errors. Default: the type's name.</summary>
    string Name => GetType().Name;
}
