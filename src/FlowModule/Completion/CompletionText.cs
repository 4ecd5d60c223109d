using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Completion;

/// <summary>How the module's completers match and quote.</summary>
internal static class CompletionText
{
    internal static bool Matches(string name, string word)
    {
        string prefix = word.Trim('\'', '"');
        return name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) || new WildcardPattern(prefix + "*", WildcardOptions.IgnoreCase).IsMatch(name);
    }

    internal static CompletionResult Result(string name, string toolTip)
    {
        bool plain = name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.');
        string text = plain ? name : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
        return new CompletionResult(text, name, CompletionResultType.ParameterValue, toolTip);
    }
}
