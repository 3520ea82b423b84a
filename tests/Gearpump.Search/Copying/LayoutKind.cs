namespace Gearpump.Search.Copying;

/// <summary>How an object is copied and read.</summary>
internal enum LayoutKind
{
    /// <summary>Does not change: copies share it.</summary>
    Shared,

    /// <summary>Field by field.</summary>
    Fields,

    Array,
    Delegate,
}
