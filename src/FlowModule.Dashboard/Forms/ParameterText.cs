using System.Globalization;
using System.Management.Automation.Language;
using System.Text;
using System.Text.RegularExpressions;

namespace FlowModule.Dashboard.Forms;

/// <summary>Converts the input of a form to PowerShell code that contains only values and executes nothing.</summary>
internal static class ParameterText
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Returns a hashtable of the given parameters.</summary>
    /// <param name="form">The form.</param>
    /// <param name="valueOf">Returns the input of a field; null or empty for none.</param>
    /// <param name="faults">Receives errors by field name.</param>
    internal static string Write(ParameterForm form, Func<string, string?> valueOf, IDictionary<string, string> faults)
    {
        var text = new StringBuilder("@{ ");
        foreach (ParameterField field in form.Fields)
        {
            string? given = valueOf(field.Name);
            if (field.Kind == FieldKind.Credential)
            {
                given = string.IsNullOrEmpty(given) ? null : $"{given}\n{valueOf(field.Name + ".password")}";
            }

            if (string.IsNullOrEmpty(given))
            {
                if (field.IsRequired && field.Sets.Count == 0)
                {
                    faults[field.Name] = "It is required.";
                }

                continue;
            }

            string[] values = field.IsList ? [.. given.Split('\n').Select(static line => line.TrimEnd('\r')).Where(static line => line.Length > 0)] : [given];
            if (values.Select(value => FindFault(field, value)).FirstOrDefault(static fault => fault is not null) is { } fault)
            {
                faults[field.Name] = fault;
                continue;
            }

            string[] literals = [.. values.Select(value => Literal(field, value))];
            text.Append(Quote(field.Name)).Append(" = ").Append(field.IsList ? $"@({string.Join(", ", literals)})" : literals[0]).Append("; ");
        }

        return text.Append('}').ToString();
    }

    private static string? FindFault(ParameterField field, string value)
    {
        if (field.Choices.Count > 0 && !field.Choices.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            return $"It is one of {string.Join(", ", field.Choices)}.";
        }

        if (field.Kind is FieldKind.WholeNumber or FieldKind.Number)
        {
            if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) || (field.Kind == FieldKind.WholeNumber && number != Math.Truncate(number)))
            {
                return field.Kind == FieldKind.WholeNumber ? "It is a whole number." : "It is a number.";
            }

            if (decimal.TryParse(field.Minimum, CultureInfo.InvariantCulture, out decimal least) && number < least)
            {
                return $"It is {field.Minimum} or more.";
            }

            if (decimal.TryParse(field.Maximum, CultureInfo.InvariantCulture, out decimal most) && number > most)
            {
                return $"It is {field.Maximum} or less.";
            }
        }

        if (field.Kind == FieldKind.Date && !DateTime.TryParse(value, CultureInfo.InvariantCulture, out _))
        {
            return "It is a date.";
        }

        if (field.Kind == FieldKind.Table && !IsTable(value))
        {
            return "It is a hashtable of plain values: @{ Name = 'value' }.";
        }

        return value.Length < field.LeastLength ? $"It has {field.LeastLength} characters or more."
            : value.Length > field.MostLength ? $"It has {field.MostLength} characters or less."
            : field.Pattern is { } pattern && !Matches(value, pattern) ? $"It does not match {pattern}."
            : null;
    }

    private static bool Matches(string value, string pattern)
    {
        try
        {
            return Regex.IsMatch(value, pattern, RegexOptions.IgnoreCase, Patience);
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
        {
            // The parameter's own validation reports it.
            return true;
        }
    }

    /// <summary>Whether a text is a hashtable of constant values.</summary>
    private static bool IsTable(string text)
    {
        ScriptBlockAst script = Parser.ParseInput(text, out _, out ParseError[] errors);
        if (errors.Length > 0 || script.EndBlock?.Statements is not [PipelineAst { PipelineElements: [CommandExpressionAst { Expression: HashtableAst table }] }])
        {
            return false;
        }

        try
        {
            table.SafeGetValue();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Literal(ParameterField field, string value) => field.Kind switch
    {
        FieldKind.Switch => value is "on" or "true" or "True" ? "$true" : "$false",
        FieldKind.Table => value,
        FieldKind.Secret => $"(ConvertTo-SecureString -AsPlainText -Force {Quote(value)})",
        FieldKind.Credential => $"([pscredential]::new({Quote(value.Split('\n')[0])}, (ConvertTo-SecureString -AsPlainText -Force {Quote(value[(value.IndexOf('\n', StringComparison.Ordinal) + 1)..])})))",
        _ => Quote(value),
    };

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
