using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using FlowModule.Streams;

namespace FlowModule.Bodies;

/// <summary>
/// Whether a body shows an information record that it writes, by <c>-InformationAction Continue</c> or <c>$InformationPreference</c>. The record itself
/// does not contain this, and a command that writes it again has its own preference.
/// </summary>
internal static class ShownInformation
{
    private const string Preference = "InformationPreference";

    // The preference in each statement that writes records, by position: parsed once.
    private static readonly ConditionalWeakTable<IScriptExtent, object> Actions = [];

    /// <summary>Marks a record that its body shows, so that it is shown wherever it is written again. Called while its command runs, on its thread.</summary>
    internal static void Mark(InformationRecord record)
    {
        if (!record.Tags.Contains(StreamRecords.HostTag) && IsShown([.. Runspace.DefaultRunspace.Debugger.GetCallStack()]))
        {
            record.Tags.Add(StreamRecords.HostTag);
        }
    }

    private static bool IsShown(CallStackFrame[] frames)
    {
        object? action = frames is [{ Position: { } statement }, ..] ? Actions.GetValue(statement, static statement => Find(statement.Text)) : Preference;
        if (action is string name)
        {
            action = frames.Select(frame => frame.GetFrameVariables().TryGetValue(name, out PSVariable? variable) ? variable.Value : null)
                .FirstOrDefault(static value => value is not null);
        }

        return LanguagePrimitives.TryConvertTo(action, out ActionPreference preference) && preference == ActionPreference.Continue;
    }

    /// <summary>The value in the statement itself, or the name of the variable that contains it.</summary>
    private static object Find(string statement)
    {
        Ast script = Parser.ParseInput(statement, out _, out _);
        IReadOnlyList<CommandElementAst>? command = script.FindAll(static ast => ast is CommandAst, searchNestedScriptBlocks: false).Cast<CommandAst>()
            .Select(static call => call.CommandElements).FirstOrDefault(static elements => elements.Any(IsAction));
        if (command?.FirstOrDefault(IsAction) is not CommandParameterAst parameter)
        {
            return Preference;
        }

        return (parameter.Argument ?? command.SkipWhile(element => element != parameter).Skip(1).FirstOrDefault()) switch
        {
            VariableExpressionAst variable => variable.VariablePath.UserPath,
            ConstantExpressionAst constant => LanguagePrimitives.TryConvertTo(constant.Value, out ActionPreference action) ? action : ActionPreference.SilentlyContinue,
            _ => ActionPreference.SilentlyContinue,
        };
    }

    private static bool IsAction(CommandElementAst element) => element is CommandParameterAst { ParameterName: var name }
        && (name.Equals("infa", StringComparison.OrdinalIgnoreCase)
            || (name.Length > "Information".Length && "InformationAction".StartsWith(name, StringComparison.OrdinalIgnoreCase)));
}
