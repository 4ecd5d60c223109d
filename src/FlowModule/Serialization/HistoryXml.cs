using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>
/// Writes one value as CLIXML that PSSerializer reads: plain data whole, objects as their properties, nothing that is secret. PSSerializer itself
/// would follow endless enumerations, write passwords in clear, and spend its time on what is too large to keep.
/// </summary>
internal sealed partial class HistoryXml
{
    // PSSerializer reads values that nest 50 levels deep. What is deeper stands beside the value, with a number in its place.
    private const int MaxLevel = 40;

    // As deep as Export-Clixml: an object's properties, and their properties.
    private const int ObjectDepth = 2;

    private const string Start = """<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">""";
    private const string End = "</Objs>";

    [ThreadStatic]
    private static HistoryXml? s_spare;

    private readonly KeptText _text = new();
    private readonly Queue<(object Value, int Depth, bool IsData, int Nesting)> _deeper = new();
    private Dictionary<object, int>? _known;
    private Dictionary<string, int>? _types;
    private int _nesting;
    private int _level;
    private int _parts;
    private int _references;
    private bool _hasSession;
    private bool _isWithheld;

    /// <summary>A value as CLIXML.</summary>
    /// <exception cref="HistoryXmlException">It is too large, or cannot be written here.</exception>
    internal static string Write(object? value, bool hasSession) => Write(value, hasSession, out _);

    /// <summary>The same where there is a session; null when something of the value is not to be kept, or it cannot be written here.</summary>
    internal static string? WriteWhole(object? value)
    {
        try
        {
            string text = Write(value, hasSession: true, out bool isWithheld);
            return isWithheld ? null : text;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            return null;
        }
    }

    private static string Write(object? value, bool hasSession, out bool isWithheld)
    {
        // One writer a thread: what most runs are given is written with nothing made but the text itself. A property's getter may run a flow.
        HistoryXml xml = s_spare ?? new HistoryXml();
        s_spare = null;
        try
        {
            xml._hasSession = hasSession;
            xml._text.StartClock();
            xml._text.Append(Start);
            xml.Item(value, name: null, ObjectDepth, isData: true);
            while (xml._deeper.TryDequeue(out (object Value, int Depth, bool IsData, int Nesting) deeper))
            {
                (xml._level, xml._nesting) = (0, deeper.Nesting);
                xml.Item(deeper.Value, name: null, deeper.Depth, deeper.IsData);
            }

            xml._text.Append(End);
            isWithheld = xml._isWithheld;
            return xml._text.Whole();
        }
        finally
        {
            xml.Reset();
            s_spare = xml;
        }
    }

    private void Reset()
    {
        _text.Reset();
        _known = null;
        _types = null;
        _deeper.Clear();
        _isWithheld = false;
        _references = _nesting = _level = _parts = 0;
    }

    /// <summary>Writes a value, in the place of a name if it has one.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The property that it is the value of.</param>
    /// <param name="depth">How many levels of objects may still be gone into.</param>
    /// <param name="isData">Whether all around it is arrays, tables and custom objects.</param>
    private void Item(object? value, string? name, int depth, bool isData)
    {
        object? bare = value;
        List<PSPropertyInfo>? notes = null;
        if (value is PSObject wrapped)
        {
            bare = wrapped.BaseObject;
            notes = bare is PSCustomObject ? null : ProviderNotes.Without(wrapped);
        }

        if (notes is null && (Simple(bare, name) || Text(bare!, name)))
        {
            return;
        }

        if (Secret(bare!, name) || OfARun(bare!, name))
        {
            return;
        }

        if (_level >= MaxLevel)
        {
            Deeper(value!, name, depth, isData);
        }
        else if (notes is not null)
        {
            Enter();
            Decorated((PSObject)value!, bare!, notes, name, depth, isData);
            Leave();
        }
        else
        {
            Enter();
            Complex(value!, bare!, name, depth, isData);
            Leave();
        }
    }

    private void Enter()
    {
        _level++;
        if (++_nesting > Nesting.Most)
        {
            throw new HistoryXmlException(Nesting.TooDeep);
        }
    }

    private void Leave()
    {
        _level--;
        _nesting--;
    }

    private void Complex(object value, object bare, string? name, int depth, bool isData)
    {
        if (ContainerShape.Of(bare) is { } shape)
        {
            Shaped(bare, shape, name, depth, isData);
            return;
        }

        string? container = bare is PSCustomObject ? null : HistoryContainers.TagOf(bare);
        bool isCustom = bare is PSCustomObject;
        isData &= container is not null || isCustom;
        if (!isData && depth <= 0)
        {
            _text.Element("S", name, Describe(value), isSafe: false);
            return;
        }

        if (container is null && !isCustom)
        {
            RequireSession();
        }

        if (TryReference(isCustom ? value : bare, name))
        {
            return;
        }

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

        _text.Append("</Obj>");
    }

    /// <summary>Writes a value to which properties were added.</summary>
    private void Decorated(PSObject wrapped, object bare, List<PSPropertyInfo> notes, string? name, int depth, bool isData)
    {
        if (TryReference(wrapped, name))
        {
            return;
        }

        if (IsMarked(bare))
        {
            Marked(bare, notes, name, depth, isData);
            return;
        }

        Open(name);
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

        Properties("MS", notes, depth - 1, isData);
        _text.Append("</Obj>");
    }

    /// <summary>Writes a reference if the object was written before, also when it is inside of itself.</summary>
    private bool TryReference(object identity, string? name)
    {
        _known ??= new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        if (_known.TryGetValue(identity, out int reference))
        {
            _text.Append("<Ref");
            _text.Name(name);
            _text.Append(" RefId=\"");
            _text.Append(reference);
            _text.Append("\" />");
            return true;
        }

        _known[identity] = _references;
        return false;
    }

    private void Open(string? name)
    {
        _text.Append("<Obj");
        _text.Name(name);
        _text.Append(" RefId=\"");
        _text.Append(_references++);
        _text.Append("\">");
    }
}
