using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Starting;
using FlowModule.Streams;

namespace FlowModule.Workers;

/// <summary>
/// Calls the scripts of a run's policy: hooks receive the flow, the run and the state, and find the state in <c>$_</c>. Derived classes decide
/// where the scripts run.
/// </summary>
internal abstract class RunHost : IRunHost
{
    public string? CacheKey(FlowRun run)
    {
        if (run.Surroundings.Incomparable is { } why)
        {
            // The run neither takes another result nor provides its own.
            Warn(run, $"The result of task '{run.FlowName}' is not cached by its inputs: {why}");
            return null;
        }

        return CacheKeys.For(run, script => Invoke(run, run, script, run.InputObject, [run.Parameters, run.InputObject]));
    }

    public bool ShouldRetry(FlowRun run, FlowState failed) =>
        LanguagePrimitives.IsTrue(Invoke(run, run, (ScriptBlock)run.Policy.Retry.Condition!, failed, [failed]));

    public bool Call(FlowRun run, FlowRun subject, object script, FlowState state, string what)
    {
        try
        {
            Invoke(run, subject, (ScriptBlock)script, state, [subject.Flow, subject, state]);
            return true;
        }
        catch (HostInterruptedException exception) when (exception.HasBegun)
        {
            Warn(run, $"{what} of {subject.KindName.ToLowerInvariant()} '{subject.Name}' was interrupted.");
            throw;
        }
        catch (Exception exception) when (exception is not HostInterruptedException)
        {
            // Whatever it throws, the state does not change; the warning is in the log.
            Warn(run, $"{what} of {subject.KindName.ToLowerInvariant()} '{subject.Name}' threw {exception.GetType().Name}: {exception.Message}");
            return false;
        }
    }

    /// <summary>Calls a script in the session of the run.</summary>
    /// <param name="run">The run that is executed.</param>
    /// <param name="subject">The run that the script is about: the same run, or a task of it.</param>
    /// <param name="script">The script.</param>
    /// <param name="item">The value of <c>$_</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="HostInterruptedException">It was interrupted.</exception>
    protected abstract Collection<PSObject> Invoke(FlowRun run, FlowRun subject, ScriptBlock script, object? item, object?[] arguments);

    /// <summary>Passes a record to the run's caller.</summary>
    protected abstract void Write(FlowRun run, object record);

    private void Warn(FlowRun run, string message) => Write(run, StreamRecords.Note(run, new WarningRecord(message)));
}
