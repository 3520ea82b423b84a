namespace Gearpump.Search.Copying;

/// <summary>Where one of the library's collections keeps what is in it.</summary>
internal sealed record Contents(ContentsKind Kind, int Items = 0, int Count = 0, int Head = 0, int Next = 0)
{
    public static Contents Of(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (definition == typeof(List<>))
        {
            return new Contents(ContentsKind.List, TypeLayout.Offset(type, "_items"), TypeLayout.Offset(type, "_size"));
        }

        if (definition == typeof(Queue<>))
        {
            return new Contents(ContentsKind.Queue, TypeLayout.Offset(type, "_array"), TypeLayout.Offset(type, "_size"), TypeLayout.Offset(type, "_head"));
        }

        if (definition == typeof(Dictionary<,>))
        {
            return Table(type, "next");
        }

        return definition == typeof(HashSet<>) ? Table(type, "Next") : new Contents(ContentsKind.None);
    }

    private static Contents Table(Type type, string next)
    {
        var entry = type.GetField("_entries", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.FieldType.GetElementType()!;
        return new Contents(
            ContentsKind.Table, TypeLayout.Offset(type, "_entries"), TypeLayout.Offset(type, "_count"),
            Next: TypeLayout.Offset(entry, next));
    }
}
