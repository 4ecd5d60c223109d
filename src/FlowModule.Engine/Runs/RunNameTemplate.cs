using System.Globalization;
using System.Text;

namespace FlowModule.Engine.Runs;

/// <summary>
/// A run name with placeholders: <c>etl-{Server}-{Date:yyyyMMdd}</c>. Doubled braces stand for single ones.
/// </summary>
internal sealed class RunNameTemplate
{
    private readonly List<(string Text, string? Key, string? Format)> _parts = [];

    private RunNameTemplate()
    {
    }

    /// <exception cref="FormatException">A brace has no partner, or a placeholder has no name.</exception>
    internal static RunNameTemplate Parse(string template)
    {
        var result = new RunNameTemplate();
        var text = new StringBuilder();
        for (int i = 0; i < template.Length; i++)
        {
            char c = template[i];
            if (c is '{' or '}' && i + 1 < template.Length && template[i + 1] == c)
            {
                text.Append(c);
                i++;
            }
            else if (c == '{')
            {
                int end = template.IndexOf('}', i);
                if (end < 0)
                {
                    throw new FormatException($"the brace at position {i + 1} is not closed");
                }

                string[] place = template[(i + 1)..end].Split(':', 2);
                if (place[0].Trim().Length == 0)
                {
                    throw new FormatException($"the braces at position {i + 1} contain no name");
                }

                result._parts.Add((text.ToString(), place[0].Trim(), place.Length > 1 ? place[1] : null));
                text.Clear();
                i = end;
            }
            else if (c == '}')
            {
                throw new FormatException($"the brace at position {i + 1} closes nothing");
            }
            else
            {
                text.Append(c);
            }
        }

        result._parts.Add((text.ToString(), null, null));
        return result;
    }

    /// <summary>The name, with each placeholder replaced by the result of <paramref name="value"/>.</summary>
    internal string Fill(Func<string, object?> value)
    {
        var name = new StringBuilder();
        foreach ((string text, string? key, string? format) in _parts)
        {
            name.Append(text);
            if (key is not null)
            {
                object? filler = value(key);
                name.Append(filler is IFormattable formattable ? formattable.ToString(format, CultureInfo.CurrentCulture) : filler?.ToString());
            }
        }

        return name.ToString();
    }
}
