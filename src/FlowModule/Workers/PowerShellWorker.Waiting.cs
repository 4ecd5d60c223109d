using System.Management.Automation;

namespace FlowModule.Workers;

/// <content>How a worker waits until it is lent.</content>
internal sealed partial class PowerShellWorker
{
    private bool _isCalled;

    /// <summary>Waits until the worker is lent. False when it is to end.</summary>
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

    /// <summary>The same in a pipeline: meanwhile, methods of objects that runs have made here are called here.</summary>
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
