namespace Gearpump.State;

/// <summary>An entry: all that a look-up needs in one place, for one cache line.</summary>
internal struct TableEntry<T>
{
    public ulong Hash;
    public T Value;
    public int KeyStart;
    public int KeyLength;
}
