using FlowModule.Values;

namespace FlowModule.Wire;

/// <summary>The element types of arrays and lists, between processes: a number for common types, and the name of others.</summary>
internal static class ElementTypes
{
    private const byte ByName = byte.MaxValue;

    private static readonly Type[] Known =
    [
        typeof(object), typeof(string), typeof(int), typeof(long), typeof(double), typeof(bool), typeof(char), typeof(short), typeof(float),
        typeof(decimal), typeof(uint), typeof(ulong), typeof(ushort), typeof(sbyte), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan),
        typeof(Guid), typeof(Uri), typeof(Version), typeof(Flow), typeof(FlowState), typeof(FlowRun), typeof(System.Collections.Hashtable),
    ];

    internal static void Write(BinaryWriter data, Type type)
    {
        int code = Array.IndexOf(Known, type);
        if (code < 0)
        {
            type = CarriedTypes.Of(type);
            code = Array.IndexOf(Known, type);
        }

        data.Write(code < 0 ? ByName : (byte)code);
        if (code < 0)
        {
            data.Write(TypeNames.Of(type));
        }
    }

    /// <summary>The type; [object] if this process does not know it.</summary>
    internal static Type Read(BinaryReader data) => data.ReadByte() is var code && code == ByName ? TypeNames.Find(data.ReadString()) ?? typeof(object) : Known[code];
}
