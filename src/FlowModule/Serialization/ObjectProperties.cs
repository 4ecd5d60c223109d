using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace FlowModule.Serialization;

/// <summary>What can be read of an object without harm.</summary>
internal static class ObjectProperties
{
    /// <summary>A task's result may never come, and what describes code leads to all of the process.</summary>
    internal static bool AreRead(object bare) => bare is not (Task or Delegate or MemberInfo or Assembly or Module or Runspace or PowerShell);

    /// <summary>The properties of an object that are meant.</summary>
    internal static List<PSPropertyInfo> Of(PSObject source, Func<PSPropertyInfo, bool> isMeant)
    {
        List<PSPropertyInfo>? meant = null;
        foreach (PSPropertyInfo property in source.Properties)
        {
            if (isMeant(property))
            {
                (meant ??= []).Add(property);
            }
        }

        return meant ?? [];
    }

    internal static bool TryGet(PSPropertyInfo property, out object? value)
    {
        try
        {
            value = property.IsGettable ? property.Value : null;
            return property.IsGettable;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // A getter of the object's that throws: the property is not there, as for PSSerializer.
            value = null;
            return false;
        }
    }

    /// <summary>An object as a text; only its type where the text would be all that it holds.</summary>
    internal static string Describe(object value)
    {
        object bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is IEnumerable and not string)
        {
            // As text it would be all that it gives.
            return bare.GetType().ToString();
        }

        try
        {
            return value.ToString() ?? string.Empty;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            return value.GetType().ToString();
        }
    }
}
