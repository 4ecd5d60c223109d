using System.Management.Automation;

namespace FlowModule.Workers;

/// <content>Waits until the worker is lent.</content>
internal sealed partial class PowerShellWorker
{
    private bool _isCalled;

    /// <summary>Waits until the worker is lent. False if it must end.</summary>
    private bool WaitForSource(bool untilCalled = false)
    {
        lock (_gate)
        {
            while (_source is null && !_closing && !_abandoned && !(untilCalled && _isCalled))
            {
                Monitor.Wait(_gate);
            }

            return _source is not null && !_abandoned;
        }
    }

    /// <summary>The same in a pipeline: in the meantime, it executes method calls on objects that runs have created here.</summary>
    private bool WaitForSource(PSCmdlet pump)
    {
        while (true)
        {
            _session!.Calls?.BeginWait(Wake);
            bool isLent = WaitForSource(untilCalled: true);
            _session.Calls?.EndWait(pump);
            lock (_gate)
            {
                if (isLent || !_isCalled)
                {
                    return isLent;
                }

                _isCalled = false;
            }
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            _isCalled = true;
            Monitor.Pulse(_gate);
        }
    }
}
