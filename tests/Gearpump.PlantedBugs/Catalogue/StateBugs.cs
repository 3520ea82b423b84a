namespace Gearpump.PlantedBugs.Catalogue;

/// <summary>The SDK's state: frozen values do not change, updates are taken back, parts come together again.</summary>
internal static class StateBugs
{
    private const string Area = "State";
    private const string Groups = "sdk/State/GroupTable.cs";
    private const string Keyed = "sdk/State/KeyedTable.cs";
    private const string TaskValue = "sdk/State/TaskValue.cs";

    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(Area, "frozen-value-changes", "what is frozen is not copied before it is overwritten")
        {
            Edits = [new(Groups, "_isShared = true;", "_isShared = false;")],
            Profile = "encodings",
        },
        new(Area, "new-key-stays", "a key that a record has added is not taken back")
        {
            Edits = [new(Keyed, "change.Group.RemoveLast();", "_ = change;")],
            Profile = "mistakes",
        },
        new(Area, "old-value-not-restored", "a value that a record has changed is not taken back")
        {
            Edits = [new(Keyed, "change.Group.Set(change.Entry, change.Before);", "_ = change.Before;")],
            Profile = "mistakes",
        },
        new(Area, "slot-not-freed", "a key that is taken back leaves its slot in the index")
        {
            Edits = [new(Groups, "_slots[slot] = 0;", "_ = slot;")],
            Profile = "mistakes",
        },
        new(Area, "state-ends-with-its-first-part", "a state in several parts ends with the first of them")
        {
            Edits = [new(Keyed, "StateEncoding.WriteNumber(counting, entries);\n\n            return group;", "StateEncoding.WriteNumber(counting, entries);\n\n            return range.End;")],
            Profile = "encodings",
        },
        new(Area, "task-value-not-taken-back", "state without a key keeps what user code did before it threw")
        {
            Edits = [new(TaskValue, "public void Undo() => Value = _before;", "public void Undo() => _before = Value;")],
            Profile = "mistakes",
        },
        new(Area, "task-values-not-combined", "of the un-keyed states of two tasks the last one restored stays")
        {
            Edits = [new(TaskValue, "Value = monoid.Combine(Value, value);", "Value = value;")],
            Profile = "changes",
        },
        new(Area, "owner-and-range-differ", "a key group goes to another task than the one whose range it is in")
        {
            Edits = [new("sdk/Runtime/KeyGroups.cs", "((group + 1) * tasks - 1) / Count;", "(Count - 1 - group) * tasks / Count;")],
        },
    ];
}
