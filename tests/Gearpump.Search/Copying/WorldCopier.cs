using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gearpump.Search.Copying;

/// <summary>
/// Copies a world: every object that can be reached, closures and delegates included, whose targets are then the copies.
/// The machines know nothing of it. Used by one thread at a time.
/// </summary>
internal sealed class WorldCopier
{
    private static readonly Func<object, object> CloneShallow = typeof(object)
        .GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    private readonly LayoutCache _layouts = new();
    private readonly ObjectTable _copied = new();

    public T Copy<T>(T root)
        where T : class
    {
        try
        {
            var copy = (T)CopyOf(root);
            for (var index = 0; index < _copied.Count; index++)
            {
                CopyReferences(_copied.ValueAt(index));
            }

            return copy;
        }
        finally
        {
            _copied.Clear();
        }
    }

    private object CopyOf(object item)
    {
        if (_layouts.IsShared(item, _layouts.Of(item)))
        {
            return item;
        }

        var index = _copied.Add(item, out var isNew);
        if (isNew)
        {
            _copied.SetValue(index, CloneShallow(item));
        }

        return _copied.ValueAt(index);
    }

    private void CopyReferences(object copy)
    {
        var layout = _layouts.Of(copy);
        if (layout.References.Length == 0)
        {
            return;
        }

        if (layout.Kind != LayoutKind.Array)
        {
            CopyReferences(ref FieldAccess.FirstByteOf(copy), layout.References);
            return;
        }

        var array = (Array)copy;
        ref var first = ref MemoryMarshal.GetArrayDataReference(array);
        for (var element = 0; element < array.Length; element++)
        {
            CopyReferences(ref Unsafe.Add(ref first, element * layout.ElementSize), layout.References);
        }
    }

    private void CopyReferences(ref byte start, int[] offsets)
    {
        foreach (var offset in offsets)
        {
            ref var reference = ref Unsafe.As<byte, object?>(ref Unsafe.Add(ref start, offset));
            if (reference is not null)
            {
                reference = CopyOf(reference);
            }
        }
    }
}
