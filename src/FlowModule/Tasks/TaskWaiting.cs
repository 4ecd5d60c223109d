using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Tasks;
using FlowModule.Runners;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Tasks;

/// <summary>Waits for tasks on a pipeline's thread. The waiting run frees its place and its slots.</summary>
internal sealed class TaskWaiting(PSCmdlet cmdlet, RunspaceContext context)
{
    private readonly CallerWait _wait = new(
        cmdlet, context, new RunEmitter(new CmdletWriter(cmdlet, givesStates: false), "Tasks", writesFailures: false));

    /// <summary>Waits until all the tasks, or one of them, have ended, or until the timeout.</summary>
    /// <exception cref="FlowException">It would wait for itself.</exception>
    internal void Until(FlowRun[] tasks, bool any, double? timeoutSeconds)
    {
        if (IsOver(tasks, any))
        {
            // Checked first, so that all their output is available.
            _wait.WriteTaskOutput();
            Keep(tasks);
            return;
        }

        _wait.WriteTaskOutput();

        bool isTime = false;
        using ITimer? timer = timeoutSeconds is not { } seconds ? null : TimeProvider.System.CreateTimer(
            _ =>
            {
                Volatile.Write(ref isTime, true);
                _wait.Signal();
            },
            state: null,
            TimeSpan.FromSeconds(seconds),
            Timeout.InfiniteTimeSpan);
        Action signal = _wait.Signal;
        try
        {
            foreach (FlowRun task in tasks)
            {
                task.Family.TryAddWaiter(signal);
            }

            using (RunWait.Begin(context.CurrentRun, tasks))
            {
                // Checked once this wait is visible: if two waits for each other begin at the same moment, one of them finds the other.
                if (WaitGraph.WouldNeverEnd(context.CurrentRun, tasks))
                {
                    throw new FlowException(
                        $"{context.CurrentRun!.KindName} '{context.CurrentRun.Name}' would wait for itself: what it waits for can end only after it.",
                        "FlowDependencyCycle", ErrorCategory.InvalidOperation, context.CurrentRun);
                }

                _wait.Until(() => IsOver(tasks, any) || Volatile.Read(ref isTime));
            }

            _wait.WriteTaskOutput();
            Keep(tasks);
        }
        finally
        {
            foreach (FlowRun task in tasks)
            {
                task.Family.RemoveWaiter(signal);
            }
        }
    }

    /// <summary>Wakes the wait, from another thread.</summary>
    internal void Signal() => _wait.Signal();

    /// <summary>Makes sure that the ends are in the history before they are reported.</summary>
    private static void Keep(FlowRun[] tasks) => Array.ForEach(tasks, static task => task.Recording?.Flush());

    private static bool IsOver(FlowRun[] tasks, bool any) =>
        any ? tasks.Length == 0 || Array.Exists(tasks, static task => task.IsOver) : Array.TrueForAll(tasks, static task => task.IsOver);
}
