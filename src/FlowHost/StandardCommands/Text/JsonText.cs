using System.Text;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>
/// Puts JSON together as pwsh lays it out. System.Text.Json's writer cannot: it has no 1.0, and escapes what pwsh does not.
/// </summary>
internal sealed class JsonText(bool compress)
{
    private readonly StringBuilder _text = new();
    private int _level;
    private bool _isFirst = true;

    public override string ToString() => _text.ToString();

    public void Open(char bracket)
    {
        _text.Append(bracket);
        _level++;
        _isFirst = true;
    }

    public void Close(char bracket)
    {
        _level--;
        if (!_isFirst)
        {
            BreakLine();
        }

        _text.Append(bracket);
        _isFirst = false;
    }

    /// <summary>Begins an element of the array or object that is open.</summary>
    public void Next()
    {
        if (!_isFirst)
        {
            _text.Append(',');
        }

        _isFirst = false;
        BreakLine();
    }

    public void Name(string name)
    {
        Next();
        String(name);
        _text.Append(compress ? ":" : ": ");
    }

    public void Raw(string value) => _text.Append(value);

    public void String(string value)
    {
        _text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                < ' ' or '\u0085' or '\u2028' or '\u2029' => _text.Append("\\u").Append(((int)c).ToString("x4")),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }

    private void BreakLine()
    {
        if (!compress)
        {
            _text.Append(Environment.NewLine).Append(' ', _level * 2);
        }
    }
}
