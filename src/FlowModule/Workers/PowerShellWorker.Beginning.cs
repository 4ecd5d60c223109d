using FlowModule.Engine.States;

namespace FlowModule.Workers;

/// <content>Starts a worker's thread: when it is lent for the first time, or ahead of that.</content>
internal sealed partial class PowerShellWorker
{
    private const int StackBytes = 10 * 1024 * 1024;

    private bool _isAhead;
    private RunFailure? _failure;

    /// <inheritdoc/>
    public void Prepare()
    {
        lock (_gate)
        {
            if (_thread is null && !_closing)
            {
                _isAhead = true;
                Start(Live);
            }
        }
    }

    private void Start(ThreadStart work)
    {
        // A background thread does not keep the process alive; the stack size is that of PowerShell's own pipelines.
        var thread = new Thread(work, StackBytes) { IsBackground = true, Name = "FlowModule worker" };
        thread.Start();
        _thread = thread;
    }
}
