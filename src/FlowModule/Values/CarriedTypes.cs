using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Data;
using System.Management.Automation;
using System.Security;

namespace FlowModule.Values;

/// <summary>The type with which a container arrives: if its items arrive only as their properties, it contains objects.</summary>
internal static class CarriedTypes
{
    private static readonly ConcurrentDictionary<Type, Type> Known = new();

    private static readonly HashSet<Type> Data =
    [
        typeof(object), typeof(string), typeof(decimal), typeof(DateTime), typeof(TimeSpan), typeof(Guid), typeof(Uri), typeof(Version), typeof(PSObject), typeof(ScriptBlock),
        typeof(SecureString), typeof(PSCredential), typeof(ArrayList), typeof(Hashtable), typeof(OrderedDictionary), typeof(IDictionary), typeof(IList), typeof(DataTable),
    ];

    internal static Type Of(Type type) => Known.TryGetValue(type, out Type? known) ? known : type.IsCollectible ? Find(type) : Known.GetOrAdd(type, Find);

    private static Type Find(Type type)
    {
        if (type.IsArray)
        {
            Type item = Of(type.GetElementType()!);
            return item == type.GetElementType() ? type : type.IsSZArray ? item.MakeArrayType() : item.MakeArrayType(type.GetArrayRank());
        }

        bool isContainer = ContainerShape.Of(type) is not null || (type.IsGenericType && type.GetGenericTypeDefinition() is var definition && (definition == typeof(List<>) || definition == typeof(Nullable<>)));
        if (!isContainer)
        {
            return type.IsPrimitive || Data.Contains(type) || TextTypes.Has(type) ? type : typeof(object);
        }

        Type[] arguments = [.. type.GenericTypeArguments.Select(Of)];
        return arguments.SequenceEqual(type.GenericTypeArguments) ? type : type.GetGenericTypeDefinition().MakeGenericType(arguments);
    }
}
