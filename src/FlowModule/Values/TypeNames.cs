using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;

namespace FlowModule.Values;

/// <summary>Type names that are valid in other processes and in later versions of .NET.</summary>
internal static partial class TypeNames
{
    private static readonly ConcurrentDictionary<Type, string> Names = new();
    private static readonly ConcurrentDictionary<string, Type> Found = new(StringComparer.Ordinal);

    /// <summary>The full name with assembly names, without versions.</summary>
    internal static string Of(Type type) => Names.GetOrAdd(type, static type => Version().Replace(type.AssemblyQualifiedName ?? type.ToString(), string.Empty));

    /// <summary>The type with a name, with or without assembly; null if this process does not know it. An unknown type argument becomes [object].</summary>
    internal static Type? Find(string name)
    {
        if (Found.TryGetValue(name, out Type? known))
        {
            return known;
        }

        Type? type;
        try
        {
            type = Type.GetType(name, static assembly => Assemblies(assembly.Name).FirstOrDefault() ?? Load(assembly.Name), TypeIn, throwOnError: false, ignoreCase: false);
        }
        catch (Exception exception) when (exception is ArgumentException or TypeLoadException or IOException or BadImageFormatException)
        {
            return null;
        }

        // If [object] replaced the type itself, the type is unknown. A script may define it again at any time.
        if (type is null || (type == typeof(object) && !name.StartsWith("System.Object", StringComparison.Ordinal)))
        {
            return null;
        }

        return type.IsCollectible || type.Assembly.IsDynamic ? type : Found.GetOrAdd(name, type);
    }

    private static IEnumerable<Assembly> Assemblies(string? name) =>
        NewestFirst().Where(assembly => assembly.GetName().Name == name);

    private static IEnumerable<Assembly> NewestFirst() => Enumerable.Reverse(AppDomain.CurrentDomain.GetAssemblies());

    private static Assembly? Load(string? name)
    {
        try
        {
            return Assembly.Load(name ?? string.Empty);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or ArgumentException)
        {
            return null;
        }
    }

    private static Type? TypeIn(Assembly? assembly, string name, bool ignoreCase)
    {
        // Of several assemblies with the name, such as those of scripts, the newest; for a type that has moved, any assembly.
        IEnumerable<Assembly> first = assembly is null ? [typeof(object).Assembly] : Assemblies(assembly.GetName().Name);
        return first.Concat(NewestFirst()).Select(place => place.GetType(name)).FirstOrDefault(static type => type is not null) ?? typeof(object);
    }

    [GeneratedRegex(", (?:Version|Culture|PublicKeyToken)=[^,\\]]*", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Version();
}
