using System.Runtime.InteropServices;

namespace FlowModule.Scheduling.Instances;

/// <summary>Turns the signals with which a machine ends a process into an orderly stop, until this is disposed.</summary>
internal sealed class StopRequests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <param name="signals">The signals.</param>
    internal StopRequests(params PosixSignal[] signals) => _signals = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Cancelled by the first of them.</summary>
    internal CancellationToken Token => _stop.Token;

    internal void Request() => _stop.Cancel();

    public void Dispose()
    {
        Array.ForEach(_signals, static signal => signal.Dispose());
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Request();
    }
}
