using FlowModule.Processes;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>Keeps one process started ahead: a caller need not wait until one has started.</summary>
internal sealed class SpareChild : IDisposable
{
    private readonly WorkerCommand _command;
    private readonly object _gate = new();
    private Task<(ChildProcess Child, Stray Stray)>? _spare;
    private bool _isDisposed;

    /// <param name="command">Starts a process.</param>
    internal SpareChild(WorkerCommand command)
    {
        _command = command;
        StartAhead();
    }

    /// <summary>Returns a process that has greeted, and starts the next one.</summary>
    /// <param name="stray">Receives output that goes directly to its standard output or error.</param>
    /// <exception cref="WorkerStartException">It does not start.</exception>
    internal ChildProcess Take(Action<string> stray)
    {
        Task<(ChildProcess Child, Stray Stray)>? spare;
        lock (_gate)
        {
            (spare, _spare) = (_spare, null);
        }

        (ChildProcess child, Stray lines) = IsOfUse(spare) ? spare.GetAwaiter().GetResult() : Start();
        lines.To = stray;
        StartAhead();
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

    private void StartAhead()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _spare ??= Task.Factory.StartNew(Start, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
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
