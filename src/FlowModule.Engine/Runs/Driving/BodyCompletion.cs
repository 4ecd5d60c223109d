using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>The host's part in the end of a run.</summary>
internal interface IHostErrors
{
    /// <summary>The failure of a run for which something threw.</summary>
    RunFailure Describe(FlowRun run, Exception exception);

    /// <summary>The host's error object for a run that did not complete.</summary>
    object? Describe(FlowRun run, FinalStateRule.Verdict verdict);
}

/// <summary>Words for a failure, whatever happens.</summary>
internal static class HostErrorWords
{
    internal static RunFailure DescribeOrKeep(this IHostErrors errors, FlowRun run, Exception exception)
    {
        try
        {
            return errors.Describe(run, exception);
        }
        catch (Exception)
        {
            // No words for it: its own must do.
            return new RunFailure(exception.Message, exception);
        }
    }
}

/// <summary>
/// Takes an attempt from the end of its body to its outcome: awaits the .NET tasks that it output and the children it
/// started, holding no thread for it.
/// </summary>
internal static class BodyCompletion
{
    /// <summary>
    /// Calls <paramref name="settled"/> with what the attempt came to, on this thread when there is nothing to await, else on
    /// the thread that ends the last thing awaited. It may be called twice: the first call counts.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="outcome">What its body came to.</param>
    /// <param name="errors">Makes the host's error objects.</param>
    /// <param name="waiting">Called when nothing of the run's own is at work any more, and children are.</param>
    /// <param name="settled">Called with the outcome.</param>
    internal static void Complete(FlowRun run, RunOutcome outcome, IHostErrors errors, Action waiting, Action<RunOutcome> settled)
    {
        if (ReferenceEquals(outcome, RunOutcome.Abandoned))
        {
            // No wait here: a child run in the same stuck body would never end.
            settled(outcome);
            return;
        }

        if (outcome.Failure is not null || !outcome.Output.Any(static item => item is Task))
        {
            WhenIdle(run, waiting, () => settled(outcome));
            return;
        }

        // Nothing executes the run any more, so a stop is its end: a task that does not listen to the run's token is not waited for.
        if (!run.CurrentAttempt.TryEnter(() => WhenIdle(run, waiting, () => settled(RunOutcome.Nothing)), abandon: null))
        {
            WhenIdle(run, waiting, () => settled(outcome));
            return;
        }

        _ = AwaitAsync(run, outcome, errors, waiting, settled);
    }

    private static async Task AwaitAsync(FlowRun run, RunOutcome outcome, IHostErrors errors, Action waiting, Action<RunOutcome> settled)
    {
        List<object?> output = [];
        RunFailure? failure = null;
        foreach (object? item in outcome.Output)
        {
            if (item is not Task task)
            {
                output.Add(item);
                continue;
            }

            try
            {
                await task.ConfigureAwait(false);
                if (TaskResult.TryGet(task, out object? value))
                {
                    output.Add(value);
                }
            }
            catch (Exception exception)
            {
                // Whatever the task threw is the run's failure; the first one names it, the others are awaited all the same.
                failure ??= errors.Describe(run, exception);
            }
        }

        WhenIdle(run, waiting, () => settled(new RunOutcome(output, failure)));
    }

    private static void WhenIdle(FlowRun run, Action waiting, Action action)
    {
        // Checked before the wait, because after it the run may be settled and start again at any moment.
        if (run.CurrentAttempt.HasDependents)
        {
            waiting();
        }

        run.CurrentAttempt.WhenIdle(action);
    }
}
