using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Gearpump.Search.Copying;

/// <summary>Where fields lie within objects and structs. Only addresses are computed; nothing is read or written.</summary>
internal static class FieldAccess
{
    private static readonly RawObject Anything = new();

    private delegate ref byte OfObject(object start);

    private delegate ref byte OfStruct(ref byte start);

    /// <summary>Bytes from the first field of the object, or from the beginning of the struct.</summary>
    public static int OffsetOf(FieldInfo field)
    {
        var owner = field.DeclaringType!;
        if (owner.IsValueType)
        {
            byte start = 0;
            var ofStruct = (OfStruct)Address(field, typeof(byte).MakeByRefType()).CreateDelegate(typeof(OfStruct));
            return (int)Unsafe.ByteOffset(ref start, ref ofStruct(ref start));
        }

        var ofObject = (OfObject)Address(field, typeof(object)).CreateDelegate(typeof(OfObject));
        return (int)Unsafe.ByteOffset(ref FirstByteOf(Anything), ref ofObject(Anything));
    }

    public static ref byte FirstByteOf(object item) => ref Unsafe.As<RawObject>(item).First;

    public static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static DynamicMethod Address(FieldInfo field, Type start)
    {
        var method = new DynamicMethod($"address of {field.Name}", typeof(byte).MakeByRefType(), [start], typeof(FieldAccess).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Ret);
        return method;
    }

    private sealed class RawObject
    {
        public byte First;
    }
}
