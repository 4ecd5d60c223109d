using System.Globalization;
using System.Text;

namespace FlowModule.Values;

/// <summary>The text of a stored value. A text that is too long is no longer written, but its length is counted for a while, to report its size.</summary>
internal sealed class KeptText
{
    /// <summary>The longest stored text, in characters.</summary>
    internal const int MaxLength = 1024 * 1024;

    private const int SpareCapacity = 16 * 1024;

    // The time limit for counting.
    private const long CountMilliseconds = 100;
    private const long WriteMilliseconds = 5_000;

    // At most this counts between two looks at the clock: one pause of a busy machine does not use up the time.
    private const long LongestStep = WriteMilliseconds / 2;
    private const int LooksPerClock = 1_000;

    private readonly StringBuilder _text = new(512);
    private long _length;
    private long _left;
    private long _lookedAt;
    private int _looks;
    private bool _isCounting;

    /// <summary>The characters that must be escaped in XML or CLIXML.</summary>
    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(SpecialCharacters());

    /// <summary>Escapes a text for the content of a CLIXML element.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        AppendEscaped(escaped, text, int.MaxValue);
        return escaped.ToString();
    }

    internal string Whole() => _length <= MaxLength ? _text.ToString() : throw HistoryXmlException.TooLarge(_length, isAll: true);

    internal void Reset()
    {
        _text.Clear();
        if (_text.Capacity > SpareCapacity)
        {
            _text.Capacity = SpareCapacity;
        }

        _length = _looks = 0;
        _isCounting = false;
    }

    internal void Element(string tag, string? name, string text, bool isSafe = true)
    {
        Begin(tag, name);
        if (isSafe)
        {
            Append(text);
        }
        else
        {
            AppendEscaped(text);
        }

        Close(tag);
    }

    internal void Number(string tag, string? name, long number)
    {
        Begin(tag, name);
        Append(number);
        Close(tag);
    }

    internal void Bytes(byte[] bytes, string? name)
    {
        Begin("BA", name);
        long length = (bytes.LongLength + 2) / 3 * 4;
        if (_length + length > MaxLength)
        {
            Count(length);
        }
        else
        {
            Append(Convert.ToBase64String(bytes));
        }

        Close("BA");
    }

    internal void Empty(string tag, string? name)
    {
        Append('<');
        Append(tag);
        Name(name);
        Append(" />");
    }

    private void Begin(string tag, string? name)
    {
        Append('<');
        Append(tag);
        Name(name);
        Append('>');
    }

    private void Close(string tag)
    {
        Append("</");
        Append(tag);
        Append('>');
    }

    internal void Name(string? name)
    {
        if (name is not null)
        {
            Append(" N=\"");
            AppendEscaped(name, isAttribute: true);
            Append('"');
        }
    }

    internal void Append(string text)
    {
        if (_length + text.Length <= MaxLength)
        {
            _length += text.Length;
            _text.Append(text);
        }
        else
        {
            Count(text.Length);
        }
    }

    internal void Append(char character)
    {
        if (_length < MaxLength)
        {
            _text.Append(character);
        }

        Count(1);
    }

    internal void Append(long number)
    {
        if (_length > MaxLength - 20)
        {
            Count(20);
            return;
        }

        int before = _text.Length;
        _text.Append(CultureInfo.InvariantCulture, $"{number}");
        _length += _text.Length - before;
    }

    internal void AppendEscaped(string text, bool isAttribute = false)
    {
        if (_length + text.Length > MaxLength)
        {
            Count(text.Length);
            return;
        }

        int before = _text.Length;
        AppendEscaped(_text, text, MaxLength - _text.Length, isAttribute);
        Count(_text.Length - before);
    }

    /// <summary>Counts characters, written or not, and stops after a while.</summary>
    private void Count(long length)
    {
        _length += length;
        if (_length > MaxLength && !_isCounting)
        {
            _isCounting = true;
            _left = Math.Min(_left, CountMilliseconds);
        }

        if (++_looks % LooksPerClock == 0)
        {
            LookAtClock();
        }
    }

    internal void StartClock() => (_left, _lookedAt) = (WriteMilliseconds, Environment.TickCount64);

    internal void LookAtClock()
    {
        long now = Environment.TickCount64;
        _left -= Math.Min(now - _lookedAt, LongestStep);
        _lookedAt = now;
        if (_left < 0)
        {
            throw _isCounting ? HistoryXmlException.TooLarge(_length, isAll: false) : new HistoryXmlException("it takes too long to write.");
        }
    }

    private static void AppendEscaped(StringBuilder target, string text, int budget, bool isAttribute = false)
    {
        ReadOnlySpan<char> rest = text;
        while (true)
        {
            int special = rest.IndexOfAny(Special);
            if (special < 0)
            {
                target.Append(rest);
                return;
            }

            target.Append(rest[..special]);
            char character = rest[special];
            switch (character)
            {
                case '<':
                    target.Append("&lt;");
                    break;
                case '>':
                    target.Append("&gt;");
                    break;
                case '&':
                    target.Append("&amp;");
                    break;
                case '"':
                    target.Append(isAttribute ? "&quot;" : "\"");
                    break;
                case '_' when special + 1 >= rest.Length || rest[special + 1] is not ('x' or 'X'):
                    target.Append('_');
                    break;
                default:
                    target.Append(CultureInfo.InvariantCulture, $"_x{(int)character:X4}_");
                    break;
            }

            rest = rest[(special + 1)..];
            if (target.Length > (long)budget + text.Length)
            {
                // Far too long: only its length matters.
                target.Append(rest);
                return;
            }
        }
    }

    /// <summary>XML's special characters, characters that XML cannot contain, unpaired surrogates, and the character with which CLIXML escapes these.</summary>
    private static string SpecialCharacters()
    {
        IEnumerable<int> all = Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Concat(Enumerable.Range(0xD800, 0x800)).Concat([0xFFFE, 0xFFFF]);
        return string.Concat(all.Select(code => (char)code)) + "<>&\"_";
    }
}
