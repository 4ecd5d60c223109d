using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Scheduling.Scripts;

/// <summary>
/// Parses a comment line with a script's schedule, which has the syntax of a New-FlowSchedule call. Binds the parameters itself, because nothing of the
/// script may run, and there may be no session.
/// </summary>
internal static class ScheduleLine
{
    internal const string Word = "FlowSchedule";

    internal const string Name = "Name";
    internal const string MultipleInstances = "MultipleInstances";
    internal const string Missed = "Missed";
    internal const string Parameters = "Parameters";

    private static readonly Dictionary<string, Type> Types = new(ScheduleParameters.Types, StringComparer.OrdinalIgnoreCase)
    {
        [Name] = typeof(string),
        [MultipleInstances] = typeof(MultipleInstances),
        [Missed] = typeof(MissedRuns),
        [Parameters] = typeof(Hashtable),
    };

    /// <summary>The parameters of a line by name, with converted values.</summary>
    /// <param name="text">The line without its #.</param>
    /// <exception cref="ScheduleException">It is invalid.</exception>
    internal static Dictionary<string, object> Bind(string text)
    {
        ScriptBlockAst ast = Parser.ParseInput(text, out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            throw Invalid(errors[0].Message);
        }

        if (ast is not { BeginBlock: null, ProcessBlock: null, EndBlock.Statements: [PipelineAst { PipelineElements: [CommandAst { Redirections.Count: 0 } command] }] })
        {
            throw Invalid($"After '{Word}' only parameters are allowed, like those of New-FlowSchedule.");
        }

        var bound = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        for (int i = 1; i < command.CommandElements.Count; i++)
        {
            (string name, ExpressionAst? value) = command.CommandElements[i] switch
            {
                CommandParameterAst { Argument: { } argument } parameter => (NameOf(parameter), argument),
                CommandParameterAst parameter when Types[NameOf(parameter)] == typeof(SwitchParameter) => (NameOf(parameter), null),
                CommandParameterAst parameter => (NameOf(parameter), ++i < command.CommandElements.Count && command.CommandElements[i] is ExpressionAst next
                    ? next
                    : throw Invalid($"-{NameOf(parameter)} has no value.")),
                ExpressionAst first when i == 1 => (ScheduleParameters.Cron, first),
                ExpressionAst time when bound.ContainsKey(ScheduleParameters.Daily) || bound.ContainsKey(ScheduleParameters.Weekly) => (ScheduleParameters.At, time),
                var other => throw Invalid($"'{other}' belongs to no parameter. Put values with spaces in quotes."),
            };
            if (!bound.TryAdd(name, ValueOf(name, value)))
            {
                throw Invalid($"-{name} is given twice.");
            }

            // A switch with the value $false is not given.
            if (bound[name] is SwitchParameter { IsPresent: false })
            {
                bound.Remove(name);
            }
        }

        return bound;
    }

    /// <summary>A parameter name may be abbreviated if it is unambiguous, as in PowerShell.</summary>
    private static string NameOf(CommandParameterAst parameter)
    {
        string given = parameter.ParameterName;
        string[] names = [.. Types.Keys.Where(name => name.StartsWith(given, StringComparison.OrdinalIgnoreCase))];
        return Array.Find(names, name => name.Equals(given, StringComparison.OrdinalIgnoreCase))
            ?? (names is [var only] ? only
                : names.Length == 0 ? throw Invalid($"There is no parameter -{given} here. There are -{string.Join(", -", Types.Keys)}.")
                : throw Invalid($"-{given} may be -{string.Join(" or -", names)}."));
    }

    private static object ValueOf(string name, ExpressionAst? ast)
    {
        Type type = Types[name];
        if (ast is null)
        {
            return SwitchParameter.Present;
        }

        // A number may have a unit, which its parsed value has lost.
        if (type == typeof(TimeSpan) && ast is ConstantExpressionAst && TimeSpanText.TryParse((ast as StringConstantExpressionAst)?.Value ?? ast.ToString(), out double seconds))
        {
            return TimeSpanText.FromSeconds(seconds);
        }

        object? value;
        try
        {
            // @daily parses as a splatted variable.
            value = ast is VariableExpressionAst { Splatted: true } ? ast.ToString() : ast.SafeGetValue();
        }
        catch (InvalidOperationException exception)
        {
            throw Invalid($"The value of -{name} is not a constant: {ast}. The script is read without running it.", exception);
        }

        try
        {
            return LanguagePrimitives.ConvertTo(value, type, System.Globalization.CultureInfo.InvariantCulture) ?? throw Invalid($"-{name} has no value.");
        }
        catch (PSInvalidCastException exception)
        {
            throw Invalid($"'{ast}' is not a valid value for -{name}. {exception.Message}", exception);
        }
    }

    private static ScheduleException Invalid(string message, Exception? innerException = null) => new(ScheduleFault.Invalid, message, innerException);
}
