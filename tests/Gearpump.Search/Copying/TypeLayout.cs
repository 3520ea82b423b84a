using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using Gearpump.Engine.Coordination;
using Gearpump.Engine.Work;
using Gearpump.Graph;
using Gearpump.Protocol.V1;
using Gearpump.Sources;
using Google.Protobuf;

namespace Gearpump.Search.Copying;

/// <summary>Where the references and the plain values of a type lie, structs within it included.</summary>
internal sealed class TypeLayout
{
    private static readonly ConcurrentDictionary<Type, TypeLayout> Known = new();
    private static int _types;

    // What differs between equal states: versions of collections, the serial numbers of timers, caches of reflection.
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal) { "_version", "version", "_siInfo", "_syncRoot", "_methodBase", "_order" };

    // How a dictionary's or a set's table is chained; string hashes, moreover, differ from run to run.
    private static readonly HashSet<string> IgnoredInEntry = new(StringComparer.Ordinal) { "hashCode", "next", "HashCode", "Next" };

    // Tables that are made once, and only read.
    private static readonly HashSet<string> SharedFields = new(StringComparer.Ordinal) { "_owners" };

    private readonly List<(int Offset, int Size)> _values = [];
    private readonly List<int> _references = [];
    private readonly List<int> _comparedReferences = [];

    private TypeLayout(Type type)
    {
        Type = type;
        Id = Interlocked.Increment(ref _types);
        Kind = KindOf(type);
        if (Kind == LayoutKind.Array)
        {
            var element = type.GetElementType()!;
            ElementSize = element.IsValueType ? FieldAccess.SizeOf(element) : IntPtr.Size;
            Add(element, 0, compared: true);
        }
        else if (Kind is LayoutKind.Fields or LayoutKind.Delegate)
        {
            AddFields(type, 0, compared: true);
        }

        Contents = Contents.Of(type);
        References = [.. _references];
        ComparedReferences = [.. _comparedReferences];
        Values = [.. Merged(_values)];
    }

    public Type Type { get; }

    /// <summary>Stands for the type in fingerprints of this process.</summary>
    public int Id { get; }

    public LayoutKind Kind { get; }

    /// <summary>Where one of the library's collections keeps what is in it.</summary>
    public Contents Contents { get; }

    /// <summary>Of an array: bytes an element.</summary>
    public int ElementSize { get; }

    /// <summary>Offsets of all references; of an array: within one element.</summary>
    public int[] References { get; }

    /// <summary>Offsets of the references that belong to the state.</summary>
    public int[] ComparedReferences { get; }

    /// <summary>Places of the plain values that belong to the state.</summary>
    public (int Offset, int Size)[] Values { get; }

    public static TypeLayout Of(Type type) => Known.GetOrAdd(type, static type => new TypeLayout(type));

    /// <summary>The offset of a field by its name, wherever in the hierarchy it is declared.</summary>
    public static int Offset(Type type, string name)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (at.GetField(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is { } field)
            {
                return FieldAccess.OffsetOf(field);
            }
        }

        throw new MissingFieldException(type.FullName, name);
    }

    private static LayoutKind KindOf(Type type)
    {
        if (IsShared(type))
        {
            return LayoutKind.Shared;
        }

        return type.IsArray ? LayoutKind.Array : typeof(Delegate).IsAssignableFrom(type) ? LayoutKind.Delegate : LayoutKind.Fields;
    }

    // Protocol messages are not changed once they were sent or stored, but for the part of a cut, which is filled step by step.
    private static bool IsShared(Type type) =>
        type == typeof(string) || type.IsPrimitive || type.IsEnum
        || typeof(MemberInfo).IsAssignableFrom(type) || type.Namespace?.StartsWith("System.Reflection", StringComparison.Ordinal) == true
        || typeof(IEqualityComparer).IsAssignableFrom(type) || typeof(IComparer).IsAssignableFrom(type) || type.Name.Contains("Comparer", StringComparison.Ordinal)
        || typeof(IShared).IsAssignableFrom(type)
        || (typeof(IMessage).IsAssignableFrom(type) && type != typeof(CutPart))
        || type == typeof(ByteString) || type == typeof(WorkerOptions) || type == typeof(CoordinatorOptions) || type == typeof(JobResources)
        || type == typeof(SourceSplit) || type.Namespace == typeof(JobGraph).Namespace
        || (!type.IsArray && !type.IsValueType && !typeof(Delegate).IsAssignableFrom(type) && HasNoFields(type));

    private static bool HasNoFields(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length > 0)
            {
                return false;
            }
        }

        return true;
    }

    private void AddFields(Type type, int start, bool compared)
    {
        for (var at = type; at is not null && at != typeof(object) && at != typeof(ValueType); at = at.BaseType)
        {
            foreach (var field in at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (SharedFields.Contains(field.Name))
                {
                    continue;
                }

                var belongs = compared && !Ignored.Contains(field.Name) && !(at.Name == "Entry" && IgnoredInEntry.Contains(field.Name))
                    && field.GetCustomAttribute<NotStateAttribute>() is null;
                Add(field.FieldType, start + FieldAccess.OffsetOf(field), belongs);
            }
        }
    }

    private void Add(Type type, int offset, bool compared)
    {
        if (!type.IsValueType && !type.IsPointer)
        {
            _references.Add(offset);
            if (compared)
            {
                _comparedReferences.Add(offset);
            }
        }
        else if (type.IsPrimitive || type.IsEnum || type.IsPointer)
        {
            if (compared)
            {
                _values.Add((offset, type.IsPointer ? IntPtr.Size : FieldAccess.SizeOf(type)));
            }
        }
        else
        {
            AddFields(type, offset, compared);
        }
    }

    private static IEnumerable<(int Offset, int Size)> Merged(List<(int Offset, int Size)> values)
    {
        (int Offset, int Size)? open = null;
        foreach (var (offset, size) in values.OrderBy(value => value.Offset))
        {
            if (open is { } before && before.Offset + before.Size == offset)
            {
                open = (before.Offset, before.Size + size);
                continue;
            }

            if (open is { } done)
            {
                yield return done;
            }

            open = (offset, size);
        }

        if (open is { } last)
        {
            yield return last;
        }
    }
}
