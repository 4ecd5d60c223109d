namespace FlowModule.Engine.Runs.Driving;

/// <summary>How an attempt begins: its input is put back as it was given, and the hooks for it are called.</summary>
internal sealed class RunBeginning(FlowRun run)
{
    private Action? _putBackGiven;
    private int _called;

    /// <summary>Whether hooks are left to call before the body.</summary>
    internal bool HasHooks => run.Policy.Hooks is { } hooks && _called < hooks.OnRunning.Count;

    /// <summary>Enters Running. Returns false if a stop came first.</summary>
    internal bool TryStart()
    {
        if (!run.TryStart())
        {
            return false;
        }

        if (run.Attempt == run.FirstAttempt)
        {
            _putBackGiven = RunGiven.Note(run);
        }
        else
        {
            _putBackGiven?.Invoke();
        }

        _called = 0;
        return true;
    }

    /// <summary>Calls the next hook. One that is interrupted is not called again.</summary>
    internal void CallHook(IRunHost host)
    {
        object hook = run.Policy.Hooks!.OnRunning[_called++];
        host.Call(run, run, hook, run.State, "-OnRunning");
    }
}
