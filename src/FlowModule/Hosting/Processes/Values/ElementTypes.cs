namespace FlowModule.Hosting.Processes;

/// <summary>The types of elements whose arrays and lists arrive as such in another process; of all others, the elements arrive as objects.</summary>
internal static class ElementTypes
{
    private static readonly Type[] Known =
    [
        typeof(object), typeof(string), typeof(int), typeof(long), typeof(double), typeof(bool), typeof(char), typeof(short), typeof(float),
        typeof(decimal), typeof(uint), typeof(ulong), typeof(ushort), typeof(sbyte), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan),
        typeof(Guid), typeof(Uri), typeof(Version), typeof(Flow), typeof(FlowState), typeof(FlowRun), typeof(System.Collections.Hashtable),
    ];

    internal static byte CodeOf(Type type) => (byte)Math.Max(0, Array.IndexOf(Known, type));

    internal static Type TypeOf(byte code) => Known[code];
}
