using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Waves;

namespace FlowModule.Runners;

/// <summary>The condition of -FailWhen: all runs of a call execute, and the call as a whole is judged at the end.</summary>
internal sealed class FailureCondition
{
    internal const string Parameter = "-FailWhen";

    private readonly FailureBudget? _budget;
    private readonly ScriptBlock? _script;
    private readonly List<FlowState> _states = [];
    private readonly string _what;
    private int _completed;

    private FailureCondition(FailureBudget? budget, ScriptBlock? script, string what)
    {
        _budget = budget;
        _script = script;
        _what = what;
    }

    /// <summary>Parses the parameter's value; returns null if it is not given.</summary>
    /// <param name="given">A number, a percentage, or a script block that gets the states.</param>
    /// <param name="what">The name of the runs in messages.</param>
    /// <exception cref="FlowException">It is none of these.</exception>
    internal static FailureCondition? Of(object? given, string what) => (given is PSObject wrapped ? wrapped.BaseObject : given) switch
    {
        null => null,
        ScriptBlock script => new FailureCondition(budget: null, script, what),
        { } text when FailureBudget.Parse(Parameter, LanguagePrimitives.ConvertTo<string>(text)) is { } budget => new FailureCondition(budget, script: null, what),
        { } other => throw FlowException.InvalidParameter(
            $"'{other}' is not a valid value of {Parameter}. Use the number of runs that may fail, such as 5, a percentage, such as 10%, or a script block that gets the states as $_.",
            "FlowFailWhenInvalid", other),
    };

    /// <summary>Adds the final state of a run.</summary>
    internal void Add(FlowState state)
    {
        // Completed states are only counted, unless a script needs them.
        if (state.IsCompleted && _script is null)
        {
            _completed++;
            state.Run.Around?.CurrentAttempt.CountChild(state);
        }
        else
        {
            _states.Add(state);
        }
    }

    /// <summary>
    /// Judges the ended runs. If the call as a whole has not failed, its failures do not count for the parent run. Returns the error of the
    /// call, or null.
    /// </summary>
    internal ErrorRecord? Judge()
    {
        FlowState[] failures = [.. _states.Where(static state => !state.IsCompleted)];
        int total = _states.Count + _completed;
        string? why = _script is null ? _budget!.Exceeded(failures.Length, total) : Ask(_script);
        foreach (FlowState state in _states)
        {
            state.IsTolerated = why is null && !state.IsCompleted;
            state.Run.Around?.CurrentAttempt.CountChild(state);
        }

        if (why is null)
        {
            return null;
        }

        FlowState? first = failures.FirstOrDefault();
        string which = first is null ? string.Empty : $" {first.Run.KindName} {RunLabel.Quoted(first.Run)}: {StateReason.Of(first)}";
        string message = $"{failures.Length} of {total} {_what} did not complete, which is too many according to {why}.{which}";
        Exception exception = first is null ? new InvalidOperationException(message) : new FlowRunException(message, first.Run, (first.Error as ErrorRecord)?.Exception);
        return new ErrorRecord(exception, "FlowFailWhen", ErrorCategory.LimitsExceeded, first?.Run);
    }

    private string? Ask(ScriptBlock script)
    {
        FlowState[] states = [.. _states];
        Collection<PSObject> said = script.InvokeWithContext(functionsToDefine: null, [new PSVariable("_", states)], [states]);
        return LanguagePrimitives.IsTrue(said) ? $"{Parameter} {{{script}}}" : null;
    }
}
