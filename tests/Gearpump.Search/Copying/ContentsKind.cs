namespace Gearpump.Search.Copying;

/// <summary>Which of the library's collections a type is.</summary>
internal enum ContentsKind
{
    None,
    List,
    Queue,

    /// <summary>A dictionary or a set.</summary>
    Table,
}
