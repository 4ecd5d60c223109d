using System.Management.Automation.Host;

namespace FlowModule.FlowHost.Terminal;

/// <summary>The line of choices that a prompt shows, and which of them an answer means.</summary>
internal sealed class ChoiceMenu
{
    private readonly (string Key, string Label, string Help)[] _choices;

    public ChoiceMenu(IEnumerable<ChoiceDescription> choices, int[] defaults)
    {
        _choices = [.. choices.Select(choice => (KeyOf(choice.Label), choice.Label.Replace("&", string.Empty, StringComparison.Ordinal), choice.HelpMessage))];
        string shown = string.Join("  ", _choices.Select(choice => $"[{(choice.Key.Length > 0 ? choice.Key : choice.Label)}] {choice.Label}"));
        string preset = string.Join(",", defaults.Select(index => _choices[index].Key.Length > 0 ? _choices[index].Key : _choices[index].Label));
        PromptLine = preset.Length > 0 ? $"{shown}  [?] Help (default is \"{preset}\"): " : $"{shown}  [?] Help: ";
    }

    public string PromptLine { get; }

    public string Help => string.Join(Environment.NewLine, _choices.Select(choice => $"{(choice.Key.Length > 0 ? choice.Key : choice.Label)} - {choice.Help}"));

    /// <summary>The index of the choice that <paramref name="answer"/> names by its key or its label, or -1.</summary>
    public int Find(string answer) => Array.FindIndex(
        _choices,
        choice => answer.Length > 0
            && (string.Equals(choice.Key, answer, StringComparison.OrdinalIgnoreCase) || string.Equals(choice.Label, answer, StringComparison.OrdinalIgnoreCase)));

    // "&Yes": the letter after the ampersand is the key.
    private static string KeyOf(string label)
    {
        int ampersand = label.IndexOf('&', StringComparison.Ordinal);
        return ampersand >= 0 && ampersand + 1 < label.Length ? label.Substring(ampersand + 1, 1).ToUpperInvariant() : string.Empty;
    }
}
