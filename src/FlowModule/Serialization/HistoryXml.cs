using System.Collections;
using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>
/// Writes one value as CLIXML that PSSerializer reads: plain data whole, objects as their properties, nothing that is secret. PSSerializer itself
/// would follow endless enumerations, write passwords in clear, and spend its time on what is too large to keep.
/// </summary>
internal sealed class HistoryXml
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
    private readonly XmlObjects _objects;
    private readonly XmlStandIns _standIns;
    private readonly XmlMarks _marks;
    private readonly Queue<(object Value, int Depth, bool IsData, int Nesting)> _deeper = new();
    private int _nesting;
    private int _parts;
    private bool _hasSession;
    private bool _isWithheld;

    private HistoryXml()
    {
        _objects = new XmlObjects(_text);
        _standIns = new XmlStandIns(_text, _objects);
        _marks = new XmlMarks(this, _text, _objects);
    }

    /// <summary>How deep the text is nested.</summary>
    internal int Level { get; set; }

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
                (xml.Level, xml._nesting) = (0, deeper.Nesting);
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
        _objects.Reset();
        _deeper.Clear();
        _isWithheld = false;
        _nesting = Level = _parts = 0;
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

        if (notes is null && (XmlScalars.TryWrite(_text, bare, name) || _marks.TryWrite(bare!, name)))
        {
            return;
        }

        if (_standIns.TryWrite(bare!, name))
        {
            _isWithheld = true;
            return;
        }

        if (Level >= MaxLevel)
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

    /// <summary>Writes a number in the place of a value that is too deep to be read there.</summary>
    private void Deeper(object value, string? name, int depth, bool isData)
    {
        _marks.Number(name, ++_parts);
        _deeper.Enqueue((value, depth, isData, _nesting));
    }

    private void Enter()
    {
        Level++;
        if (++_nesting > Nesting.Most)
        {
            throw new HistoryXmlException(Nesting.TooDeep);
        }
    }

    private void Leave()
    {
        Level--;
        _nesting--;
    }

    private void Complex(object value, object bare, string? name, int depth, bool isData)
    {
        if (ContainerShape.Of(bare) is { } shape)
        {
            _marks.Shaped(bare, shape, name, depth, isData);
            return;
        }

        string? container = bare is PSCustomObject ? null : HistoryContainers.TagOf(bare);
        bool isCustom = bare is PSCustomObject;
        isData &= container is not null || isCustom;
        if (!isData && depth <= 0)
        {
            _text.Element("S", name, ObjectProperties.Describe(value), isSafe: false);
            return;
        }

        if (container is null && !isCustom)
        {
            RequireSession();
        }

        if (_objects.TryReference(isCustom ? value : bare, name))
        {
            return;
        }

        _objects.Open(name);
        _objects.Types(value, bare);
        int inside = isData ? depth : depth - 1;
        if (container is not null)
        {
            Container(container, bare, inside, isData);
        }
        else if (isCustom)
        {
            Properties("MS", ObjectProperties.Of((PSObject)value, static property => property.MemberType == PSMemberTypes.NoteProperty), inside, isData);
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
        if (_objects.TryReference(wrapped, name))
        {
            return;
        }

        if (ValueMarks.IsMarked(bare))
        {
            _marks.Noted(bare, notes, name, depth, isData);
            return;
        }

        _objects.Open(name);
        if (!XmlScalars.TryWrite(_text, bare, name: null))
        {
            _objects.Types(wrapped, bare);
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

    internal void Container(string tag, object bare, int depth, bool isData)
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
        _text.AppendEscaped(ObjectProperties.Describe(value));
        _text.Append("</ToString>");
        if (!ObjectProperties.AreRead(bare))
        {
            return;
        }

        PSObject properties = PSObject.AsPSObject(value);
        Properties("Props", ObjectProperties.Of(properties, static property => property.MemberType == PSMemberTypes.Property), depth, isData: false);
        Properties(
            "MS",
            ObjectProperties.Of(properties, property => property.MemberType != PSMemberTypes.Property && (property is PSNoteProperty ? withNotes && ProviderNotes.IsCarried(properties, property) : true)),
            depth,
            isData: false);
    }

    internal void Properties(string tag, List<PSPropertyInfo> properties, int depth, bool isData)
    {
        bool isOpen = false;
        foreach (PSPropertyInfo property in properties)
        {
            _text.LookAtClock();
            if (!ObjectProperties.TryGet(property, out object? value))
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

    /// <summary>What PowerShell adds to an object may be a script.</summary>
    private void RequireSession()
    {
        if (!_hasSession)
        {
            throw new HistoryXmlException("needs a session") { NeedsSession = true };
        }
    }
}
