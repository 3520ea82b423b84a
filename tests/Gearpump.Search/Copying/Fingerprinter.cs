using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Gearpump.Search.Copying;

/// <summary>
/// A world's fingerprint: a hash over its whole object graph, read from the root on, references as numbers in the order in
/// which they are met. What only numbers is left out; timers count in the order in which they will fire; of collections only
/// what is in them counts. Used by one thread at a time.
/// </summary>
internal sealed class Fingerprinter
{
    private static readonly ConcurrentDictionary<MethodInfo, int> Methods = new();
    private static int _methods;
    private static readonly ConditionalWeakTable<object, object> Messages = [];
    private readonly LayoutCache _layouts = new();
    private readonly ObjectTable _met = new();
    private byte[] _bytes = new byte[1 << 16];
    private int _length;
    private List<(int Start, Type Type)>? _trace;

    public UInt128 Of(object root)
    {
        _length = 0;
        try
        {
            Reference(root);
            for (var index = 0; index < _met.Count; index++)
            {
                Content(_met.KeyAt(index));
            }

            return XxHash128.HashToUInt128(_bytes.AsSpan(0, _length));
        }
        finally
        {
            _met.Clear();
        }
    }

    /// <summary>Where two worlds that should be equal differ first: in an object of which type, for people.</summary>
    public static string Difference(object one, object other)
    {
        var (ones, others) = (new Fingerprinter(), new Fingerprinter());
        ones._trace = [];
        ones.Of(one);
        others.Of(other);
        var at = ones._bytes.AsSpan(0, ones._length).CommonPrefixLength(others._bytes.AsSpan(0, others._length));
        var (start, type) = ones._trace.FindLast(item => item.Start <= at);
        return $"byte {at - start} of {type}, object {ones._trace.FindLastIndex(item => item.Start <= at)} of {ones._trace.Count}";
    }

    private void Reference(object? item)
    {
        if (item is null)
        {
            Write(-1);
            return;
        }

        var layout = _layouts.Of(item);
        if (_layouts.IsShared(item, layout))
        {
            Shared(item, layout);
        }
        else
        {
            Write(_met.Add(item, out _));
        }
    }

    private void Shared(object item, TypeLayout layout)
    {
        switch (item)
        {
            case string text:
                Write(text.Length);
                WriteBytes(MemoryMarshal.AsBytes(text.AsSpan()));
                break;
            case IShared shared:
                Write(shared.Content);
                break;
            case IMessage message:
                Write((ulong)Messages.GetValue(message, static key => XxHash3.HashToUInt64(((IMessage)key).ToByteArray())));
                break;
            case ByteString bytes:
                Write(bytes.Length);
                WriteBytes(bytes.Span);
                break;
            case MemberInfo:
                break;
            case Delegate action:
                Write(MethodOf(action));
                break;
            default:
                Write(layout.Id);
                if (layout.Type.IsPrimitive || layout.Type.IsEnum)
                {
                    WriteBytes(MemoryMarshal.CreateReadOnlySpan(ref FieldAccess.FirstByteOf(item), FieldAccess.SizeOf(layout.Type)));
                }

                break;
        }
    }

    private void Content(object item)
    {
        var layout = _layouts.Of(item);
        _trace?.Add((_length, item.GetType()));
        Write(layout.Id);
        switch (layout.Kind)
        {
            case LayoutKind.Delegate:
                OfDelegate((Delegate)item);
                return;
            case LayoutKind.Array:
                var array = (Array)item;
                Elements(array, 0, array.Length, layout);
                return;
        }

        if (item is IMessage message)
        {
            WriteBytes(message.ToByteArray());
        }
        else if (item is PriorityQueue<Action, (long At, long Order)> timers)
        {
            OfTimers(timers);
        }
        else if (layout.Contents is { Kind: not ContentsKind.None } contents)
        {
            OfCollection(item, contents);
        }
        else
        {
            Fields(ref FieldAccess.FirstByteOf(item), layout);
        }
    }

    private void OfDelegate(Delegate item)
    {
        Write(MethodOf(item));
        Reference(ReferenceEquals(item.Target, item) ? null : item.Target);
    }

    private static int MethodOf(Delegate item) => Methods.GetOrAdd(item.Method, static _ => Interlocked.Increment(ref _methods));

    private void OfTimers(PriorityQueue<Action, (long At, long Order)> timers)
    {
        foreach (var (action, due) in timers.UnorderedItems.OrderBy(static timer => timer.Priority))
        {
            Write(due.At);
            Reference(action);
        }
    }

    private void OfCollection(object item, Contents contents)
    {
        ref var start = ref FieldAccess.FirstByteOf(item);
        var array = Unsafe.As<byte, Array?>(ref Unsafe.Add(ref start, contents.Items));
        var count = Unsafe.As<byte, int>(ref Unsafe.Add(ref start, contents.Count));
        if (array is null || count == 0)
        {
            Write(0);
            return;
        }

        var layout = _layouts.Of(array);
        switch (contents.Kind)
        {
            case ContentsKind.List:
                Elements(array, 0, count, layout);
                break;
            case ContentsKind.Queue:
                var head = Unsafe.As<byte, int>(ref Unsafe.Add(ref start, contents.Head));
                var first = Math.Min(count, array.Length - head);
                Elements(array, head, first, layout);
                Elements(array, 0, count - first, layout);
                break;
            default:
                Entries(array, count, contents, layout);
                break;
        }
    }

    // Of a dictionary or a set: the entries in use, in the order in which they are enumerated.
    private void Entries(Array array, int count, Contents contents, TypeLayout layout)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(array);
        for (var entry = 0; entry < count; entry++)
        {
            ref var start = ref Unsafe.Add(ref first, entry * layout.ElementSize);
            if (Unsafe.As<byte, int>(ref Unsafe.Add(ref start, contents.Next)) < -1)
            {
                continue;
            }

            Fields(ref start, layout);
        }

        Write(-2);
    }

    private void Elements(Array array, int from, int count, TypeLayout layout)
    {
        Write(count);
        ref var first = ref MemoryMarshal.GetArrayDataReference(array);
        if (layout.ComparedReferences.Length == 0 && layout.Values is [(0, var whole)] && whole == layout.ElementSize)
        {
            WriteBytes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref first, from * layout.ElementSize), count * layout.ElementSize));
            return;
        }

        for (var element = from; element < from + count; element++)
        {
            Fields(ref Unsafe.Add(ref first, element * layout.ElementSize), layout);
        }
    }

    private void Fields(ref byte start, TypeLayout layout)
    {
        foreach (var (offset, size) in layout.Values)
        {
            WriteBytes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref start, offset), size));
        }

        References(ref start, layout);
    }

    private void References(ref byte start, TypeLayout layout)
    {
        foreach (var offset in layout.ComparedReferences)
        {
            Reference(Unsafe.As<byte, object?>(ref Unsafe.Add(ref start, offset)));
        }
    }

    private void Write(int value) => WriteBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    private void Write(long value) => WriteBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value)));

    private void Write(ulong value) => WriteBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in value)));

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _length < bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
