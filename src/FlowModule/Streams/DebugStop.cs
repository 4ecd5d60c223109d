using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>The body of a run has ended in which the user made steps: a record of the run, after all of its stops.</summary>
/// <param name="Run">The run.</param>
internal sealed record DebugEnd(FlowRun Run);

/// <summary>
/// A body that has stopped in the debugger of its worker. As a record of its run, it comes to the one thread that may ask the user, in its turn: so one body is
/// debugged at a time. That thread reads the commands; the worker's thread executes them, because a session belongs to one thread.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="place">Where it has stopped, for display.</param>
internal sealed class DebugStop(FlowRun run, string place)
{
    private readonly BlockingCollection<Command> _commands = [];

    internal FlowRun Run => run;

    /// <summary>Why nobody could be asked; null if somebody was.</summary>
    internal string? Refusal { get; private set; }

    /// <summary>Executes commands until one of them resumes the body, or the run is stopped. Called by the worker's thread.</summary>
    /// <param name="debugger">The debugger of its session.</param>
    /// <param name="stopped">Cancelled when the run is told to stop.</param>
    internal DebuggerResumeAction Serve(Debugger debugger, CancellationToken stopped)
    {
        using CancellationTokenRegistration registration = stopped.Register(debugger.StopProcessCommand);
        try
        {
            foreach (Command command in _commands.GetConsumingEnumerable(stopped))
            {
                if (command.Execute(debugger) is { } action)
                {
                    return action;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is being stopped: its body goes on, and ends.
        }
        finally
        {
            _commands.CompleteAdding();
            while (_commands.TryTake(out Command? command))
            {
                command.Cancel();
            }
        }

        return DebuggerResumeAction.Continue;
    }

    /// <summary>Nobody can be asked: the body goes on.</summary>
    internal void Refuse(string reason)
    {
        Refusal = reason;
        _commands.CompleteAdding();
    }

    /// <summary>Asks the user for commands until the body resumes. Called by the thread of the session.</summary>
    /// <param name="host">The user's host.</param>
    /// <returns>Whether the body only makes a step: it will stop again soon.</returns>
    internal bool Ask(PSHost host)
    {
        DebuggerResumeAction? action = null;
        try
        {
            host.UI.WriteLine($"{run.KindName} {RunLabel.Quoted(run)} for {(run.Kind == RunKind.Task ? "task" : "flow")} '{run.FlowName}' has stopped in the debugger. Other runs continue. Use h or ? for help.");
            host.UI.WriteLine(place);
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            while (action is null && !_commands.IsAddingCompleted)
            {
                host.UI.Write($"[DBG]: [{run.Name}]>> ");
                if (host.UI.ReadLine() is not { } line)
                {
                    Refuse("there is no more input to read commands from");
                }
                else
                {
                    action = Show(shell, line);
                }
            }
        }
        catch (Exception exception) when (exception is HostException or NotSupportedException or NotImplementedException or InvalidOperationException)
        {
            // A host without a person, such as one that runs with -NonInteractive.
            Refuse(exception.Message);
        }

        return action is DebuggerResumeAction.StepInto or DebuggerResumeAction.StepOver or DebuggerResumeAction.StepOut;
    }

    /// <summary>Has a command executed, and shows its output. Returns how the body has resumed; null if it has not.</summary>
    private DebuggerResumeAction? Show(PowerShell shell, string line)
    {
        var command = new Command(line);
        try
        {
            _commands.Add(command);
        }
        catch (InvalidOperationException)
        {
            // The run was stopped while the user typed.
            return DebuggerResumeAction.Continue;
        }

        DebuggerResumeAction? action = command.Wait();
        if (command.Output.Count > 0)
        {
            shell.Commands.Clear();
            shell.AddCommand("Out-Default").Invoke(command.Output);
        }

        return action;
    }

    /// <summary>One line of the user's.</summary>
    private sealed class Command(string line)
    {
        private readonly TaskCompletionSource<DebuggerResumeAction?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal List<PSObject> Output { get; } = [];

        /// <summary>Waits until it was executed. Returns how the body resumes; null if it does not.</summary>
        internal DebuggerResumeAction? Wait() => _done.Task.GetAwaiter().GetResult();

        internal void Cancel() => _done.TrySetResult(DebuggerResumeAction.Continue);

        /// <summary>Executes it. Returns how the body resumes; null if it does not.</summary>
        internal DebuggerResumeAction? Execute(Debugger debugger)
        {
            DebuggerResumeAction? action = null;
            try
            {
                var command = new PSCommand();
                command.AddScript(line);
                command.Commands[0].MergeMyResults(PipelineResultTypes.All, PipelineResultTypes.Output);
                using var output = new PSDataCollection<PSObject>();
                action = debugger.ProcessCommand(command, output)?.ResumeAction;
                Output.AddRange(output);
            }
            catch (RuntimeException exception)
            {
                Output.Add(PSObject.AsPSObject(exception.ErrorRecord));
            }
            finally
            {
                _done.TrySetResult(action);
            }

            return action;
        }
    }
}
