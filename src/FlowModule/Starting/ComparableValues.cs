using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Xml;
using FlowModule.Values;

namespace FlowModule.Starting;

/// <summary>
/// Distinguishes values that consist of their visible content, so that equal content means equal values, from objects with hidden state: a connection,
/// a stream, a client.
/// </summary>
internal static class ComparableValues
{
    private const int Depth = 6;

    /// <summary>The type name of the part of a value that cannot be compared, or null.</summary>
    internal static string? WhyNot(object? value) => WhyNot(value, Depth);

    private static string? WhyNot(object? value, int depth)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is null || IsPlain(bare) || depth == 0)
        {
            return null;
        }

        switch (bare)
        {
            case Array { Rank: 1 } plain when plain.GetType().GetElementType() is { IsPrimitive: true } || plain is string[]:
                return null;
            case IDictionary table when IsContainer(bare):
                return InAny(table.Keys, depth) ?? InAny(table.Values, depth);
            case IEnumerable items when bare is Array || IsContainer(bare):
                return InAny(items, depth);
            case var _ when ContainerShape.Of(bare) is { } shape:
                return InAny(shape.Items(bare), depth);
            case PSCustomObject:
                return InAny(((PSObject)value!).Properties.Match("*", PSMemberTypes.NoteProperty).Select(static property => property.Value), depth);
            default:
                Type type = bare.GetType();
                return type.Assembly.IsDynamic
                    ? InAny(PSObject.AsPSObject(bare).Properties.Match("*", PSMemberTypes.Property).Select(static property => property.Value), depth)
                    : type.FullName;
        }
    }

    private static string? InAny(IEnumerable items, int depth)
    {
        try
        {
            foreach (object? item in items)
            {
                if (WhyNot(item, depth - 1) is { } type)
                {
                    return type;
                }
            }

            return null;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // Another thread is writing to a list, or a property threw.
            return "value that changes";
        }
    }

    /// <summary>Whether it is one of .NET's own collections: a collection of another library may be a view of a file or of a server.</summary>
    private static bool IsContainer(object bare) => bare.GetType().Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true;

    private static bool IsPlain(object bare) => bare is string or decimal or DateTime or TimeSpan or Guid or Uri or Version or XmlNode or ScriptBlock
        or SecureString or PSCredential or NetworkCredential or Flow or FlowRun or FlowState || bare.GetType().IsPrimitive || TextTypes.IsOne(bare);
}
