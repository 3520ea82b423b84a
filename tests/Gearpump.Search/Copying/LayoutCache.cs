namespace Gearpump.Search.Copying;

/// <summary>The layouts of one thread, found by the address of the type: it is asked for every reference of every state.</summary>
internal sealed class LayoutCache
{
    private readonly (nint Type, TypeLayout? Layout)[] _slots = new (nint, TypeLayout?)[1 << 12];

    public TypeLayout Of(object item)
    {
        var handle = item.GetType().TypeHandle.Value;
        var at = (int)(handle >> 3) & (_slots.Length - 1);
        while (_slots[at].Type != handle)
        {
            if (_slots[at].Type == 0)
            {
                _slots[at] = (handle, TypeLayout.Of(item.GetType()));
                break;
            }

            at = (at + 1) & (_slots.Length - 1);
        }

        return _slots[at].Layout!;
    }

    /// <summary>
    /// Copies share the object. Beside those of shared types: empty arrays, and delegates without a target that can change, for
    /// the library and the compiler keep one of each for all worlds, and would put it beside its copy.
    /// </summary>
    public bool IsShared(object item, TypeLayout layout) => layout.Kind switch
    {
        LayoutKind.Shared => true,
        LayoutKind.Array => ((Array)item).Length == 0,
        LayoutKind.Delegate => ((Delegate)item).Target is not { } target || (!ReferenceEquals(target, item) && Of(target).Kind == LayoutKind.Shared),
        _ => false,
    };
}
