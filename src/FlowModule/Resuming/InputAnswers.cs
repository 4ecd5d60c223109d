using System.Globalization;
using System.Management.Automation;
using FlowModule.Engine.History.Input;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Serialization;

namespace FlowModule.Resuming;

/// <summary>Answers questions of runs. An answer is checked at once, so that the person who gives it learns what is wrong.</summary>
internal static class InputAnswers
{
    /// <summary>The open question of a run; or, if it has none, the only open question of the runs inside it.</summary>
    /// <exception cref="FlowException">There is none, or more than one.</exception>
    internal static InputQuestion Find(RunTarget target, string? name)
    {
        IReadOnlyList<InputQuestion> open = Open(target);
        InputQuestion[] named = [.. open.Where(question => name is null || string.Equals(question.Name, name, StringComparison.OrdinalIgnoreCase))];
        InputQuestion[] own = [.. named.Where(question => question.Run == target.Id)];
        if ((own.Length > 0 ? own : named) is [var question])
        {
            return question;
        }

        string run = $"Run '{target.Name}' of '{target.FlowName}'";
        throw named.Length == 0
            ? new FlowException(
                $"{run} does not wait for an answer{(name is null ? null : $" to '{name}'")}{(open.Count == 0 ? "." : $": it has asked for {Names(open)}.")}",
                "FlowInputNotFound", ErrorCategory.ObjectNotFound, target.Name)
            : FlowException.InvalidParameter(
                $"{run} waits for several answers: {Names(named)}. Use -InputName to select one, or name the run that asks.", "FlowInputAmbiguous", target.Name);
    }

    /// <summary>The answer in the form that is stored.</summary>
    /// <exception cref="FlowException">It is not a valid answer to this question.</exception>
    internal static string Encode(InputQuestion question, object? answer)
    {
        object? value = Convert(question, question.Choices.Count == 0 ? answer : Choose(question, answer));
        EncodedValue kept = value is null ? new EncodedValue(null, "There is none.") : HistoryValues.Instance.Encode(value);
        return kept.Text ?? throw Invalid(question, answer, $"it cannot be kept. {kept.Note}");
    }

    /// <summary>A stored answer in the form that the body gets.</summary>
    internal static object? Decode(InputQuestion question, string answer) => Convert(question, HistoryValues.Instance.Decode(answer));

    /// <summary>Stores an answer, and wakes the run if it waits in this process.</summary>
    /// <exception cref="FlowException">There is already another answer.</exception>
    internal static void Give(RunTarget target, InputQuestion question, string answer)
    {
        bool isFirst = target.Record is { } record
            ? HistoryAccess.Change(record.History, store => store.Inputs.Answer(question.Run, question.Name, answer))
            : MemoryInputs.Instance.Answer(question.Run, question.Name, answer);
        if (!isFirst)
        {
            throw new FlowException(
                $"'{question.Prompt}' of run '{target.Name}' has already been answered.", "FlowInputNotFound", ErrorCategory.ObjectNotFound, target.Name);
        }

        InputWait.Wake(question.Run);
    }

    private static IReadOnlyList<InputQuestion> Open(RunTarget target) => target.Record is { } record
        ? HistoryAccess.Change(record.History, store => store.Inputs.Open(record.Id))
        : MemoryInputs.Instance.Open(target.Id);

    private static string Names(IEnumerable<InputQuestion> questions) => string.Join(", ", questions.Select(question => $"'{question.Name}' ({question.Prompt})"));

    private static string Choose(InputQuestion question, object? answer) =>
        question.Choices.FirstOrDefault(choice => string.Equals(choice, answer?.ToString(), StringComparison.OrdinalIgnoreCase))
        ?? throw Invalid(question, answer, $"it must be one of {string.Join(", ", question.Choices)}");

    private static object? Convert(InputQuestion question, object? answer)
    {
        if (question.Type is not { } name)
        {
            return answer;
        }

        if (!LanguagePrimitives.TryConvertTo(name, out Type type))
        {
            throw new FlowException(
                $"The answer to '{question.Prompt}' must be of type [{name}], which this session does not know. Load it first.",
                "FlowInputTypeNotFound", ErrorCategory.InvalidType, question.Name);
        }

        object? value = type == typeof(bool) ? YesOrNo(answer) : answer;
        return LanguagePrimitives.TryConvertTo(value, type, CultureInfo.InvariantCulture, out object? converted) && value is not null
            ? converted
            : throw Invalid(question, answer, $"it must be a [{LanguagePrimitives.ConvertTypeNameToPSTypeName(name).Trim('[', ']')}]");
    }

    /// <summary>Parses yes and no, because PowerShell converts any text to true, even "no".</summary>
    private static object? YesOrNo(object? answer) => answer is PSObject { BaseObject: string text } ? YesOrNo(text) : answer is not string word ? answer : word.Trim().ToUpperInvariant() switch
    {
        "TRUE" or "$TRUE" or "YES" or "Y" or "1" => true,
        "FALSE" or "$FALSE" or "NO" or "N" or "0" => false,
        _ => null,
    };

    private static FlowException Invalid(InputQuestion question, object? answer, string why) =>
        FlowException.InvalidParameter($"'{answer}' is not a valid answer to '{question.Prompt}': {why}.", "FlowInputInvalid", answer);
}
