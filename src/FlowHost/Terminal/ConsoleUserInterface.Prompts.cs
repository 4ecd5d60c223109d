using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace FlowModule.FlowHost.Terminal;

/// <content>Questions to the person at the terminal.</content>
internal sealed partial class ConsoleUserInterface
{
    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        ArgumentNullException.ThrowIfNull(descriptions);
        ConsoleInput.EnsureInteractive("The prompt for " + string.Join(", ", descriptions.Select(field => field.Name)));
        WriteHeading(caption, message);
        Dictionary<string, PSObject> answers = new(StringComparer.OrdinalIgnoreCase);
        foreach (FieldDescription field in descriptions)
        {
            answers[field.Name] = PSObject.AsPSObject(AskField(field));
        }

        return answers;
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options)
    {
        ConsoleInput.EnsureInteractive("The prompt for a credential");
        WriteHeading(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }

        Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(defaultChoice, choices.Count);
        ConsoleInput.EnsureInteractive("The choice");
        WriteHeading(caption, message);
        ChoiceMenu menu = new(choices, defaultChoice < 0 ? [] : [defaultChoice]);
        while (true)
        {
            Write(menu.PromptLine);
            string answer = ReadLine().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
            {
                return defaultChoice;
            }

            if (string.Equals(answer, "?", StringComparison.Ordinal))
            {
                WriteLine(menu.Help);
            }
            else if (menu.Find(answer) is int chosen and >= 0)
            {
                return chosen;
            }
        }
    }

    public Collection<int> PromptForChoice(
        string? caption,
        string? message,
        Collection<ChoiceDescription> choices,
        IEnumerable<int>? defaultChoices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ConsoleInput.EnsureInteractive("The choice");
        WriteHeading(caption, message);
        int[] defaults = [.. defaultChoices ?? []];
        ChoiceMenu menu = new(choices, defaults);
        WriteLine(menu.PromptLine);
        Collection<int> chosen = [];
        while (true)
        {
            Write($"Choice[{chosen.Count}]: ");
            string answer = ReadLine().Trim();
            if (answer.Length == 0)
            {
                return chosen.Count > 0 ? chosen : new Collection<int>(defaults);
            }

            if (string.Equals(answer, "?", StringComparison.Ordinal))
            {
                WriteLine(menu.Help);
            }
            else if (menu.Find(answer) is int choice and >= 0)
            {
                chosen.Add(choice);
            }
        }
    }

    private void WriteHeading(string? caption, string? message)
    {
        if (!string.IsNullOrEmpty(caption))
        {
            WriteLine();
            WriteLine(caption);
        }

        if (!string.IsNullOrEmpty(message))
        {
            WriteLine(message);
        }
    }

    private object AskField(FieldDescription field)
    {
        // A type that this process does not know is asked for as text: binding converts it, or says why not.
        Type type = LanguagePrimitives.TryConvertTo(field.ParameterAssemblyFullName, out Type? known) && known is not null ? known : typeof(string);
        if (!typeof(IList).IsAssignableFrom(type))
        {
            return AskValue($"{field.Name}: ", type, emptyEnds: false)!;
        }

        Type element = type.GetElementType() ?? typeof(object);
        List<object> items = [];
        while (AskValue($"{field.Name}[{items.Count}]: ", element, emptyEnds: true) is { } item)
        {
            items.Add(item);
        }

        return LanguagePrimitives.ConvertTo(items, type);
    }

    private object? AskValue(string prompt, Type type, bool emptyEnds)
    {
        if (type == typeof(PSCredential))
        {
            return PromptForCredential(string.Empty, prompt, string.Empty, string.Empty);
        }

        while (true)
        {
            Write(prompt);
            if (type == typeof(SecureString))
            {
                SecureString secret = ReadLineAsSecureString();
                return emptyEnds && secret.Length == 0 ? null : secret;
            }

            string answer = ReadLine();
            if (emptyEnds && answer.Length == 0)
            {
                return null;
            }

            if (LanguagePrimitives.TryConvertTo(answer, type, out object value))
            {
                return value;
            }

            WriteErrorLine($"Cannot recognize \"{answer}\" as a {type.FullName}.");
        }
    }
}
