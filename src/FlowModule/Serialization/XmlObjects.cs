using System.Collections;
using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>The objects and types that a text of CLIXML holds so far, by their numbers: the same one is written once, and referred to from then on.</summary>
/// <param name="text">The text.</param>
internal sealed class XmlObjects(KeptText text)
{
    private Dictionary<object, int>? _known;
    private Dictionary<string, int>? _types;
    private int _references;

    internal void Reset()
    {
        _known = null;
        _types = null;
        _references = 0;
    }

    /// <summary>Writes a reference if the object was written before, also when it is inside of itself.</summary>
    internal bool TryReference(object identity, string? name)
    {
        _known ??= new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        if (_known.TryGetValue(identity, out int reference))
        {
            text.Append("<Ref");
            text.Name(name);
            text.Append(" RefId=\"");
            text.Append(reference);
            text.Append("\" />");
            return true;
        }

        _known[identity] = _references;
        return false;
    }

    internal void Open(string? name)
    {
        text.Append("<Obj");
        text.Name(name);
        text.Append(" RefId=\"");
        text.Append(_references++);
        text.Append("\">");
    }

    internal void Types(object value, object bare)
    {
        switch (bare)
        {
            case object[] array when array.GetType() == typeof(object[]) || bare is FlowState[] or FlowRun[]:
                Types("System.Object[]\nSystem.Array\nSystem.Object");
                break;
            case Hashtable table when table.GetType() == typeof(Hashtable):
                Types("System.Collections.Hashtable\nSystem.Object");
                break;
            case PSCustomObject when PSObject.AsPSObject(value).TypeNames is var names && !names.Contains("System.Management.Automation.PSCustomObject") && !names.Any(IsDeserialized):
                Types(string.Join('\n', names.Append(ValueMarks.OfCustom)));
                break;
            default:
                Types(string.Join('\n', PSObject.AsPSObject(value).TypeNames));
                break;
        }
    }

    private static bool IsDeserialized(string type) => type.StartsWith("Deserialized.", StringComparison.Ordinal);

    internal void Types(string names)
    {
        _types ??= new Dictionary<string, int>(StringComparer.Ordinal);
        if (_types.TryGetValue(names, out int known))
        {
            text.Append("<TNRef RefId=\"");
            text.Append(known);
            text.Append("\" />");
            return;
        }

        text.Append("<TN RefId=\"");
        text.Append(_types.Count);
        text.Append("\">");
        foreach (string name in names.Split('\n'))
        {
            text.Append("<T>");
            text.AppendEscaped(name);
            text.Append("</T>");
        }

        text.Append("</TN>");
        _types[names] = _types.Count;
    }
}
