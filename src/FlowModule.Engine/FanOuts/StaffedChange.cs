namespace FlowModule.Engine.FanOuts;

/// <summary>A change of the runs of a fan-out, under its lock: see <see cref="Staffing.Change"/>.</summary>
internal readonly ref struct StaffedChange
{
    private readonly Staffing _staffing;
    private readonly OpenRuns _open;

    internal StaffedChange(Staffing staffing, OpenRuns open)
    {
        _staffing = staffing;
        _open = open;
        Monitor.Enter(open.Gate);
    }

    /// <summary>Leaves the lock, and then does what the change calls for.</summary>
    public void Dispose()
    {
        RentedWorker? worker;
        bool wakeCaller;
        try
        {
            wakeCaller = _open.TakeCaller();
            worker = _staffing.Next();
        }
        finally
        {
            Monitor.Exit(_open.Gate);
        }

        _staffing.Changed(worker, wakeCaller);
    }
}
