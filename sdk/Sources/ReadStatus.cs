namespace Gearpump.Sources;

/// <summary>Why <see cref="ISplitReader.Read"/> came back.</summary>
public enum ReadStatus
{
    /// <summary>The sink said stop; there may be more.</summary>
    More,

    /// <summary>Nothing is there at the moment.</summary>
    Idle,

    /// <summary>The split has ended for good.</summary>
    Ended,
}
