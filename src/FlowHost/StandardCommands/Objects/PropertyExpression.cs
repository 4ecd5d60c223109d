using System.Collections;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>One element of a -Property argument: a name, a script block, or a hashtable that calculates.</summary>
internal sealed class PropertyExpression
{
    private readonly PSPropertyExpression _expression;
    private readonly string? _label;

    private PropertyExpression(PSPropertyExpression expression, string? label, bool? descending)
    {
        _expression = expression;
        _label = label;
        Descending = descending;
    }

    /// <summary>The order that the hashtable asks for, or null.</summary>
    public bool? Descending { get; }

    public string Name => _label ?? _expression.ToString();

    public static List<PropertyExpression> ParseAll(PSCmdlet command, object[]? elements) =>
        [.. (elements ?? []).Select(element => Parse(command, element is PSObject wrapped ? wrapped.BaseObject : element))];

    /// <summary>The values of <paramref name="target"/>'s properties that this names; a script that fails has none.</summary>
    public IEnumerable<(string Name, object? Value)> GetValues(PSObject target)
    {
        List<PSPropertyExpressionResult> results = _expression.GetValues(target, expand: true, eatExceptions: true);
        foreach (PSPropertyExpressionResult result in results)
        {
            yield return (_label ?? result.ResolvedExpression.ToString(), result.Exception is null ? result.Result : null);
        }
    }

    public object? GetValue(PSObject target) => GetValues(target).Select(pair => pair.Value).FirstOrDefault();

    /// <summary>Whether the name, which may hold wildcards, matches <paramref name="name"/>.</summary>
    public bool Matches(string name) =>
        _expression.Script is null && WildcardPattern.Get(_expression.ToString(), WildcardOptions.IgnoreCase).IsMatch(name);

    private static PropertyExpression Parse(PSCmdlet command, object element) => element switch
    {
        ScriptBlock script => new PropertyExpression(new PSPropertyExpression(script), label: null, descending: null),
        IDictionary table => ParseTable(command, table),
        _ => new PropertyExpression(new PSPropertyExpression(LanguagePrimitives.ConvertTo<string>(element)), label: null, descending: null),
    };

    private static PropertyExpression ParseTable(PSCmdlet command, IDictionary table)
    {
        object? expression = null;
        string? label = null;
        bool? descending = null;
        foreach (DictionaryEntry entry in table)
        {
            // As pwsh: any beginning of a key will do ("n", "l", "e").
            string key = LanguagePrimitives.ConvertTo<string>(entry.Key);
            object? value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            if (Begins("Name", key) || Begins("Label", key))
            {
                label = LanguagePrimitives.ConvertTo<string>(value);
            }
            else if (Begins("Expression", key))
            {
                expression = value;
            }
            else if (Begins("Descending", key))
            {
                descending = LanguagePrimitives.IsTrue(value);
            }
            else if (Begins("Ascending", key))
            {
                descending = !LanguagePrimitives.IsTrue(value);
            }
            else
            {
                throw BadTable(command, $"The key '{key}' has no meaning here: use Name and Expression.", table);
            }
        }

        return expression switch
        {
            ScriptBlock script => new PropertyExpression(new PSPropertyExpression(script), label, descending),
            not null => new PropertyExpression(new PSPropertyExpression(LanguagePrimitives.ConvertTo<string>(expression)), label, descending),
            null when label is not null => new PropertyExpression(new PSPropertyExpression(label), label, descending),
            _ => throw BadTable(command, "The hashtable needs the key Expression.", table),
        };
    }

    private static bool Begins(string word, string key) => key.Length > 0 && word.StartsWith(key, StringComparison.OrdinalIgnoreCase);

    private static PipelineStoppedException BadTable(PSCmdlet command, string message, object table)
    {
        command.ThrowTerminatingError(new ErrorRecord(
            new PSInvalidOperationException(message), "DictionaryKeyIllegal", ErrorCategory.InvalidArgument, table));
        return new PipelineStoppedException();
    }
}
