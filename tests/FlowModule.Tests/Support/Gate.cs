namespace FlowModule.Tests.Support;

/// <summary>What a script and its test wait for each other with. Scripts call its methods.</summary>
public sealed class Gate : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly CountdownEvent _arrivals;
    private readonly ManualResetEventSlim _opened = new();

    internal Gate(int arrivals = 1) => _arrivals = new CountdownEvent(arrivals);

    /// <summary>Called by a script: it is here.</summary>
    public void Arrive() => _arrivals.Signal();

    /// <summary>Called by a script: it is here, and goes on once the gate is opened. No pipeline can interrupt this wait.</summary>
    public void ArriveAndWait()
    {
        Arrive();
        _opened.Wait(Patience);
    }

    internal void WaitForArrivals() => Assert.True(_arrivals.Wait(Patience), $"{_arrivals.CurrentCount} have not arrived.");

    internal void Open() => _opened.Set();

    public void Dispose()
    {
        _opened.Set();
        _arrivals.Dispose();
        _opened.Dispose();
    }
}
