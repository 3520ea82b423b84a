namespace Gearpump.Search.Copying;

/// <summary>Never changes once it was made: copies of a world share it, and <see cref="Content"/> stands for it in a fingerprint.</summary>
internal interface IShared
{
    ulong Content { get; }
}
