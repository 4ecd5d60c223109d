namespace FlowModule.Engine;

/// <summary>
/// Takes a run from the end of its body to its final state: awaits the .NET tasks that it output and the children it
/// started, holding no thread for it.
/// </summary>
internal static class RunCompletion
{
    /// <summary>What the host brings to the end of a run.</summary>
    internal interface IHostErrors
    {
        /// <summary>The failure of a body whose awaited task threw.</summary>
        RunFailure Describe(Exception exception);

        /// <summary>The host's error object for a run that did not complete.</summary>
        object? Describe(FlowRun run, FinalStateRule.Verdict verdict);
    }

    /// <summary>
    /// The body of <paramref name="run"/> has ended. Calls <paramref name="ended"/> with its final state, on this thread when
    /// there is nothing to await, else on the thread that ends the last thing awaited. Never more than once.
    /// </summary>
    internal static void BodyEnded(FlowRun run, RunOutcome outcome, IHostErrors errors, Action<FlowState> ended)
    {
        if (ReferenceEquals(outcome, RunOutcome.Abandoned))
        {
            // It waits for nothing: a child that runs in the same stuck body would never end.
            End(run, outcome, errors, ended);
            return;
        }

        int tasks = 0;
        foreach (object? item in outcome.Output)
        {
            if (item is Task)
            {
                tasks++;
            }
        }

        if (tasks == 0 || outcome.Failure is not null)
        {
            run.WhenIdle(() => End(run, outcome, errors, ended));
            return;
        }

        // Nothing executes the run any more, so a stop is its end: a task that does not listen to the run's token is not waited for.
        if (!run.TryEnter(() => run.WhenIdle(() => End(run, RunOutcome.Nothing, errors, ended)), abandon: null))
        {
            run.WhenIdle(() => End(run, outcome, errors, ended));
            return;
        }

        _ = AwaitAsync(run, outcome, errors, ended);
    }

    private static async Task AwaitAsync(FlowRun run, RunOutcome outcome, IHostErrors errors, Action<FlowState> ended)
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
                failure ??= errors.Describe(exception);
            }
        }

        run.WhenIdle(() => End(run, new RunOutcome(output, failure), errors, ended));
    }

    private static void End(FlowRun run, RunOutcome outcome, IHostErrors errors, Action<FlowState> ended)
    {
        if (run.End(outcome, errors.Describe) is { } state)
        {
            ended(state);
        }
    }
}
