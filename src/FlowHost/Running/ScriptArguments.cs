using System.Management.Automation.Runspaces;

namespace FlowModule.FlowHost.Running;

/// <summary>Converts the words after the script's path to parameters and arguments, like <c>pwsh -File</c>.</summary>
internal static class ScriptArguments
{
    /// <summary>
    /// Names stay names and values stay strings: parameter binding decides which name takes the next value and which is a switch,
    /// and converts strings to the parameter's type.
    /// </summary>
    public static IEnumerable<CommandParameter> Parse(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            if (word.Length < 2 || !IsDash(word[0]))
            {
                yield return new CommandParameter(null, word);
                continue;
            }

            int colon = word.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                yield return new CommandParameter(word);
            }
            else if (colon < word.Length - 1)
            {
                yield return new CommandParameter(word[..colon], BooleanOrText(word[(colon + 1)..]));
            }
            else if (i + 1 < words.Count)
            {
                // "-Name: value": the colon binds the next word, whatever it is.
                i++;
                yield return new CommandParameter(word[..colon], words[i]);
            }
            else
            {
                yield return new CommandParameter(word[..colon]);
            }
        }
    }

    // The dashes that PowerShell's grammar accepts: hyphen-minus, en dash, em dash, horizontal bar.
    private static bool IsDash(char c) => c is '-' or '\u2013' or '\u2014' or '\u2015';

    // A switch parameter cannot convert a string, so "-Switch:$false" needs this.
    private static object BooleanOrText(string value) =>
        bool.TryParse(value.StartsWith('$') ? value.AsSpan(1) : value, out bool boolean) ? boolean : value;
}
