namespace FlowModule.Engine.Runs.Driving;

/// <summary>Which host is calling the user's scripts for a run, and which were lost because a script does not end. Any thread.</summary>
internal sealed class HostWatch
{
    private readonly object _gate = new();
    private IRunHost? _current;
    private HashSet<IRunHost>? _lost;

    /// <summary>A host takes the next step; null for a step without one.</summary>
    internal void Enter(IRunHost? host) => Volatile.Write(ref _current, host);

    /// <summary>The run goes on without a host. Returns false if another has taken over: then there is nothing to do.</summary>
    internal bool TryLose(IRunHost host)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_current, host))
            {
                return false;
            }

            _current = null;
            (_lost ??= []).Add(host);
            return true;
        }
    }

    internal bool IsLost(IRunHost host)
    {
        lock (_gate)
        {
            return _lost?.Contains(host) == true;
        }
    }
}
