using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using FlowModule.Flows;

namespace FlowModule.Completion;

/// <summary>
/// A word that is completed: which names it is the beginning of, and how a name is written in its place. All completers of the module match and quote by it.
/// </summary>
internal sealed class CompletedWord
{
    // PowerShell takes these for quotes too: word processors make them.
    private const string Quotes = "'\"\u2018\u2019\u201a\u201b\u201c\u201d\u201e";

    private readonly string _commandName;
    private readonly string _parameterName;
    private readonly WildcardPattern? _pattern;

    /// <param name="commandName">The command.</param>
    /// <param name="parameterName">The parameter of which the word is a value.</param>
    /// <param name="word">The word as it is typed, perhaps with quotes.</param>
    internal CompletedWord(string commandName, string parameterName, string word)
    {
        _commandName = commandName;
        _parameterName = parameterName;
        Typed = Value(word);
        Prefix = WildcardPattern.Unescape(Typed);
        _pattern = FlowNames.Wildcard(Typed + "*");
    }

    /// <summary>The word without its quotes.</summary>
    internal string Typed { get; }

    /// <summary>What a name begins with that the word stands for literally.</summary>
    internal string Prefix { get; }

    /// <summary>Whether the name begins with the word, or matches it as a pattern.</summary>
    internal bool Begins(string name) =>
        name.StartsWith(Typed, StringComparison.OrdinalIgnoreCase) || name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || _pattern?.IsMatch(name) == true;

    /// <summary>The name as PowerShell reads it as this one name: quoted if it must be, and with its wildcard characters escaped if the parameter takes patterns.</summary>
    internal CompletionResult Result(string name, string toolTip, string? listed = null, CompletionResultType type = CompletionResultType.ParameterValue)
    {
        string value = WildcardPattern.ContainsWildcardCharacters(name) && TakesPatterns() ? WildcardPattern.Escape(name) : name;
        string text = IsBareWord(value) ? value : $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'";

        // PowerShell refuses empty texts.
        return new CompletionResult(text, listed ?? (name.Length == 0 ? text : name), type, toolTip.Length == 0 ? text : toolTip);
    }

    /// <summary>The text that a typed word stands for, also where its last quote is missing.</summary>
    internal static string Value(string word)
    {
        if (word.Length == 0 || !Quotes.Contains(word[0], StringComparison.Ordinal))
        {
            return word;
        }

        // A quote at the end closes if the number of quotes is even. A text in double quotes is taken as it is: completion expands nothing.
        char quote = word[0];
        string inner = word[1..];
        if (word[^1] == quote && word.Count(c => c == quote) % 2 == 0)
        {
            inner = inner[..^1];
        }

        return inner.Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal);
    }

    /// <summary>Whether the language reads the text, as an argument, as exactly this text.</summary>
    private static bool IsBareWord(string value) =>
        Parser.ParseInput($"_ {value}", out _, out ParseError[] errors) is
        {
            EndBlock.Statements: [PipelineAst { PipelineElements: [CommandAst { Redirections.Count: 0, CommandElements: [_, StringConstantExpressionAst { StringConstantType: StringConstantType.BareWord } word] }] }],
        }
        && errors.Length == 0 && word.Value == value && word.Extent.Text == value && value != "--%";

    /// <summary>Asked for the few names with such characters only, because it looks through the cmdlets.</summary>
    private bool TakesPatterns() =>
        Array.Find(typeof(CompletedWord).Assembly.GetTypes(), type => type.GetCustomAttribute<CmdletAttribute>() is { } cmdlet
                && $"{cmdlet.VerbName}-{cmdlet.NounName}".Equals(_commandName, StringComparison.OrdinalIgnoreCase))
            ?.GetProperty(_parameterName, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.IsDefined(typeof(SupportsWildcardsAttribute)) == true;
}
