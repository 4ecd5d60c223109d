using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Reflection;
using System.Security;
using FlowModule.Secrets;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <content>Containers and objects.</content>
internal sealed partial class HistoryXml
{
    private void Container(string tag, object bare, int depth, bool isData)
    {
        _text.Append('<');
        _text.Append(tag);
        _text.Append('>');
        if (bare is IDictionary table)
        {
            foreach (DictionaryEntry entry in HistoryContainers.EntriesOf(table))
            {
                _text.Append("<En>");
                Item(entry.Key, "Key", depth, isData);
                Item(entry.Value, "Value", depth, isData);
                _text.Append("</En>");
            }
        }
        else
        {
            foreach (object? item in HistoryContainers.ItemsOf(bare))
            {
                Item(item, name: null, depth, isData);
            }
        }

        _text.Append("</");
        _text.Append(tag);
        _text.Append('>');
    }

    /// <summary>What objects hold: the properties of the type, and those that were added.</summary>
    private void Object(object value, object bare, int depth, bool withNotes = true)
    {
        _text.Append("<ToString>");
        _text.AppendEscaped(Describe(value));
        _text.Append("</ToString>");
        if (!HasProperties(bare))
        {
            return;
        }

        PSObject properties = PSObject.AsPSObject(value);
        Properties("Props", properties, static property => property.MemberType == PSMemberTypes.Property, depth, isData: false);
        Properties(
            "MS", properties, property => property.MemberType != PSMemberTypes.Property && (property is PSNoteProperty ? withNotes && ProviderNotes.IsCarried(properties, property) : true), depth, isData: false);
    }

    /// <summary>A task's result may never come, and what describes code leads to all of the process.</summary>
    private static bool HasProperties(object bare) => bare is not (Task or Delegate or MemberInfo or Assembly or Module or Runspace or PowerShell);

    private void Properties(string tag, PSObject source, Func<PSPropertyInfo, bool> isMeant, int depth, bool isData)
    {
        List<PSPropertyInfo>? meant = null;
        foreach (PSPropertyInfo property in source.Properties)
        {
            if (isMeant(property))
            {
                (meant ??= []).Add(property);
            }
        }

        Properties(tag, meant ?? [], depth, isData);
    }

    private void Properties(string tag, List<PSPropertyInfo> properties, int depth, bool isData)
    {
        bool isOpen = false;
        foreach (PSPropertyInfo property in properties)
        {
            _text.LookAtClock();
            if (!TryGet(property, out object? value))
            {
                continue;
            }

            if (!isOpen)
            {
                isOpen = true;
                _text.Append('<');
                _text.Append(tag);
                _text.Append('>');
            }

            Item(value, property.Name, depth, isData);
        }

        if (isOpen)
        {
            _text.Append("</");
            _text.Append(tag);
            _text.Append('>');
        }
    }

    private static bool TryGet(PSPropertyInfo property, out object? value)
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

    private void Types(object value, object bare)
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
                Types(string.Join('\n', names.Append(CustomMark)));
                break;
            default:
                Types(string.Join('\n', PSObject.AsPSObject(value).TypeNames));
                break;
        }
    }

    private static bool IsDeserialized(string type) => type.StartsWith("Deserialized.", StringComparison.Ordinal);

    private void Types(string names)
    {
        _types ??= new Dictionary<string, int>(StringComparer.Ordinal);
        if (_types.TryGetValue(names, out int known))
        {
            _text.Append("<TNRef RefId=\"");
            _text.Append(known);
            _text.Append("\" />");
            return;
        }

        _text.Append("<TN RefId=\"");
        _text.Append(_types.Count);
        _text.Append("\">");
        foreach (string name in names.Split('\n'))
        {
            _text.Append("<T>");
            _text.AppendEscaped(name);
            _text.Append("</T>");
        }

        _text.Append("</TN>");
        _types[names] = _types.Count;
    }

    /// <summary>Writes what stands for a secret: what it is, and whose.</summary>
    private bool Secret(object bare, string? name)
    {
        string? user = null;
        switch (bare)
        {
            case SecureString:
                break;
            case PSCredential credential:
                user = credential.UserName;
                break;
            case NetworkCredential credential:
                user = credential.UserName;
                break;
            case HistorySecret:
                break;
            default:
                return false;
        }

        _isWithheld = true;
        Open(name);
        Types(HistorySecret.TypeName);
        _text.Append("<ToString>***</ToString><MS>");
        _text.Element("S", "Type", (bare as HistorySecret)?.Kind ?? bare.GetType().Name, isSafe: false);
        if (user is not null)
        {
            _text.Element("S", nameof(PSCredential.UserName), user, isSafe: false);
        }

        if (bare is HistorySecret { Note: { } note })
        {
            _text.Element("S", nameof(HistorySecret.Note), note, isSafe: false);
        }

        _text.Append("</MS></Obj>");
        return true;
    }

    /// <summary>Writes what tells a run or a state apart from others.</summary>
    private bool OfARun(object bare, string? name)
    {
        FlowState? state = bare as FlowState ?? (bare as FlowRun)?.State;
        if (state is null)
        {
            return false;
        }

        _isWithheld = true;
        Open(name);
        Types(HistoryStates.TypeNames);
        _text.Append("<MS>");
        _text.Element("G", "RunId", state.Run.Id.ToString());
        _text.Element("S", "RunName", KnownSecrets.Mask(state.Run.Name), isSafe: false);
        _text.Element("S", "FlowName", state.Run.FlowName, isSafe: false);
        _text.Element("S", "State", state.Name, isSafe: false);
        Item(state.Message is { } message ? KnownSecrets.Mask(message) : null, "Message", depth: 0, isData: true);
        _text.Append("</MS></Obj>");
        return true;
    }

    private static string Describe(object value)
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

    /// <summary>What PowerShell adds to an object may be a script.</summary>
    private void RequireSession()
    {
        if (!_hasSession)
        {
            throw new HistoryXmlException("needs a session") { NeedsSession = true };
        }
    }
}
