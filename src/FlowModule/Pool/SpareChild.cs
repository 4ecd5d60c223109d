using FlowModule.Processes;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>Keeps one process started ahead, and warm: a caller need not wait until one has started.</summary>
internal sealed class SpareChild : IDisposable
{
    // Who has just taken one needs the processors first.
    private static readonly TimeSpan NextAfter = TimeSpan.FromSeconds(1);

    private readonly WorkerCommand _command;
    private readonly object _gate = new();
    private Task<(ChildProcess Child, Stray Stray)>? _spare;
    private TaskCompletionSource _isWanted = new();
    private bool _isDisposed;

    /// <param name="command">Starts a process.</param>
    internal SpareChild(WorkerCommand command)
    {
        _command = command;
        StartAhead(TimeSpan.Zero);
    }

    /// <summary>Returns a process that has greeted, and starts the next one after a while.</summary>
    /// <param name="stray">Receives output that goes directly to its standard output or error.</param>
    /// <exception cref="WorkerStartException">It does not start.</exception>
    internal ChildProcess Take(Action<string> stray)
    {
        Task<(ChildProcess Child, Stray Stray)>? spare;
        lock (_gate)
        {
            (spare, _spare) = (_spare, null);
            _isWanted.TrySetResult();
        }

        (ChildProcess child, Stray lines) = IsOfUse(spare) ? spare.GetAwaiter().GetResult() : Start();
        lines.To = stray;
        StartAhead(NextAfter);
        return child;
    }

    /// <summary>Ends the process that nobody has taken.</summary>
    public void Dispose()
    {
        Task<(ChildProcess Child, Stray Stray)>? spare;
        lock (_gate)
        {
            _isDisposed = true;
            (spare, _spare) = (_spare, null);
            _isWanted.TrySetResult();
        }

        if (Has(spare))
        {
            spare.Result.Child.Dispose();
        }
    }

    private (ChildProcess, Stray) Start()
    {
        var stray = new Stray();
        return (ChildProcess.Start(_command, stray.Write), stray);
    }

    private void StartAhead(TimeSpan after)
    {
        lock (_gate)
        {
            if (_isDisposed || _spare is not null)
            {
                return;
            }

            TaskCompletionSource isWanted = _isWanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _spare = Task.Factory.StartNew(
                () =>
                {
                    isWanted.Task.Wait(after);
                    (ChildProcess Child, Stray Stray) spare = Start();
                    if (!isWanted.Task.IsCompleted)
                    {
                        new FrameBuilder().TrySend(spare.Child.Channel, FrameKind.Warm);
                    }

                    return spare;
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
    }

    /// <summary>Waits for a start. False if it failed, or the process has died since: the next one may do better, or says why it does not.</summary>
    private static bool IsOfUse([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] Task<(ChildProcess Child, Stray Stray)>? spare)
    {
        if (!Has(spare))
        {
            return false;
        }

        if (!spare.Result.Child.HasExited)
        {
            return true;
        }

        spare.Result.Child.Dispose();
        return false;
    }

    private static bool Has([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] Task<(ChildProcess Child, Stray Stray)>? spare)
    {
        try
        {
            spare?.GetAwaiter().GetResult();
            return spare is not null;
        }
        catch (WorkerStartException)
        {
            return false;
        }
    }

    /// <summary>What becomes of the lines of a process that is not yet anybody's.</summary>
    private sealed class Stray
    {
        internal Action<string>? To { private get; set; }

        internal void Write(string line) => To?.Invoke(line);
    }
}
