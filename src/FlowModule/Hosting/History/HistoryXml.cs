using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Xml;

namespace FlowModule.Hosting.History;

/// <summary>
/// Writes one value as CLIXML that PSSerializer reads: plain data whole, objects as their properties, nothing that is secret. PSSerializer itself
/// would follow endless enumerations, write passwords in clear, and spend its time on what is too large to keep.
/// </summary>
internal sealed partial class HistoryXml
{
    /// <summary>The longest text that is kept, in characters.</summary>
    internal const int MaxLength = 1024 * 1024;

    // Data nests without end only where it holds itself.
    private const int MaxNesting = 60;

    // As deep as Export-Clixml: an object's properties, and their properties.
    private const int ObjectDepth = 2;

    private const string Start = """<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">""";
    private const string End = "</Objs>";

    [ThreadStatic]
    private static HistoryXml? s_spare;

    private Dictionary<object, int>? _known;
    private Dictionary<string, int>? _types;
    private int _nesting;
    private int _references;
    private bool _hasSession;

    /// <summary>A value as CLIXML.</summary>
    /// <exception cref="HistoryXmlException">It is too large, or cannot be written here.</exception>
    internal static string Write(object? value, bool hasSession)
    {
        // One writer a thread: what most runs are given is written with nothing made but the text itself. A property's getter may run a flow.
        HistoryXml xml = s_spare ?? new HistoryXml();
        s_spare = null;
        try
        {
            xml._hasSession = hasSession;
            xml.StartClock();
            xml.Append(Start);
            xml.Item(value, name: null, ObjectDepth, isData: true);
            xml.Append(End);
            return xml.Text();
        }
        finally
        {
            xml.Reset();
            s_spare = xml;
        }
    }

    private void Reset()
    {
        ResetText();
        _known = null;
        _types = null;
        _references = _nesting = 0;
    }

    /// <summary>Writes a value, in the place of a name if it has one.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property that it is the value of.</param>
    /// <param name="depth">How many levels of objects may still be gone into.</param>
    /// <param name="isData">Whether all around it is arrays, tables and custom objects.</param>
    private void Item(object? value, string? name, int depth, bool isData)
    {
        object? bare = value;
        if (value is PSObject wrapped)
        {
            bare = wrapped.BaseObject;
            if (bare is not PSCustomObject && Notes(wrapped) is { } notes)
            {
                Decorated(wrapped, bare, notes, name, depth, isData);
                return;
            }
        }

        if (!Simple(bare, name))
        {
            Complex(value!, bare!, name, depth, isData);
        }
    }

    /// <summary>Writes what one element holds; false for all else.</summary>
    private bool Simple(object? bare, string? name)
    {
        switch (bare)
        {
            case null:
                Empty("Nil", name);
                return true;
            case string text:
                Element("S", name, text, isSafe: false);
                return true;
            case int number:
                Number("I32", name, number);
                return true;
            case bool flag:
                Element("B", name, flag ? "true" : "false");
                return true;
            case long number:
                Number("I64", name, number);
                return true;
            case double number:
                Element("Db", name, XmlConvert.ToString(number));
                return true;
            case DateTime time:
                Element("DT", name, XmlConvert.ToString(time, XmlDateTimeSerializationMode.RoundtripKind));
                return true;
            case Guid id:
                Element("G", name, id.ToString());
                return true;
            case TimeSpan span:
                Element("TS", name, XmlConvert.ToString(span));
                return true;
            case decimal number:
                Element("D", name, XmlConvert.ToString(number));
                return true;
            case byte[] bytes:
                Bytes(bytes, name);
                return true;
            default:
                return bare is not Enum && Rare(bare, name);
        }
    }

    private bool Rare(object bare, string? name)
    {
        string? tag = bare switch
        {
            char => "C",
            byte => "By",
            sbyte => "SB",
            short => "I16",
            ushort => "U16",
            uint => "U32",
            ulong => "U64",
            float => "Sg",
            Version => "Version",
            Uri => "URI",
            ScriptBlock => "SBK",
            XmlDocument => "XD",
            XmlNode => "S",
            _ => null,
        };
        if (tag is null)
        {
            return false;
        }

        string text = bare switch
        {
            char letter => ((int)letter).ToString(CultureInfo.InvariantCulture),
            float number => XmlConvert.ToString(number),
            XmlNode node => node.OuterXml,
            IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
            _ => bare.ToString() ?? string.Empty,
        };
        Element(tag, name, text, isSafe: false);
        return true;
    }

    private void Complex(object value, object bare, string? name, int depth, bool isData)
    {
        if (Secret(bare, name) || OfARun(bare, name))
        {
            return;
        }

        string? container = bare is PSCustomObject ? null : HistoryContainers.TagOf(bare);
        bool isCustom = bare is PSCustomObject;
        isData &= container is not null || isCustom;
        if ((!isData && depth <= 0 && bare is not Enum) || _nesting == MaxNesting)
        {
            Element("S", name, Describe(value), isSafe: false);
            return;
        }

        if (container is null && !isCustom && bare is not Enum)
        {
            RequireSession();
        }

        if (TryReference(isCustom ? value : bare, name))
        {
            return;
        }

        _nesting++;
        Open(name);
        Types(value, bare);
        int inside = isData ? depth : depth - 1;
        if (container is not null)
        {
            Container(container, bare, inside, isData);
        }
        else if (isCustom)
        {
            Properties("MS", (PSObject)value, static property => property.MemberType == PSMemberTypes.NoteProperty, inside, isData);
        }
        else
        {
            Object(value, bare, inside);
        }

        Append("</Obj>");
        _nesting--;
    }

    /// <summary>Writes a value to which properties were added.</summary>
    private void Decorated(PSObject wrapped, object bare, List<PSPropertyInfo> notes, string? name, int depth, bool isData)
    {
        if (Secret(bare, name) || OfARun(bare, name) || TryReference(wrapped, name))
        {
            return;
        }

        Open(name);
        _nesting++;
        if (!Simple(bare, name: null))
        {
            Types(wrapped, bare);
            if (HistoryContainers.TagOf(bare) is { } container)
            {
                Container(container, bare, depth, isData);
            }
            else
            {
                isData = false;
                RequireSession();
                Object(wrapped, bare, depth - 1, withNotes: false);
            }
        }

        if (_nesting <= MaxNesting)
        {
            Properties("MS", notes, depth - 1, isData);
        }

        _nesting--;
        Append("</Obj>");
    }

    private static List<PSPropertyInfo>? Notes(PSObject wrapped)
    {
        List<PSPropertyInfo>? notes = null;
        foreach (PSPropertyInfo property in wrapped.Properties)
        {
            if (property.MemberType == PSMemberTypes.NoteProperty)
            {
                (notes ??= []).Add(property);
            }
        }

        return notes;
    }

    /// <summary>Writes a reference if the object was written before, also when it is inside of itself.</summary>
    private bool TryReference(object identity, string? name)
    {
        _known ??= new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        if (_known.TryGetValue(identity, out int reference))
        {
            Append("<Ref");
            Name(name);
            Append(" RefId=\"");
            Append(reference);
            Append("\" />");
            return true;
        }

        _known[identity] = _references;
        return false;
    }

    private void Open(string? name)
    {
        Append("<Obj");
        Name(name);
        Append(" RefId=\"");
        Append(_references++);
        Append("\">");
    }
}
