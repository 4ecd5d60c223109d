namespace FlowModule.Tests.Support;

/// <summary>Lets a script open a gate that others wait at.</summary>
public sealed class Opener
{
    private readonly Gate _gate;

    internal Opener(Gate gate) => _gate = gate;

    /// <summary>Called by a script.</summary>
    public void Open() => _gate.Open();

    /// <summary>Called by a script: waits for all that are to arrive.</summary>
    public void WaitForArrivals() => _gate.WaitForArrivals();

    /// <summary>Called by a script: waits for all that are to arrive, then opens.</summary>
    public void OpenWhenAllAreThere()
    {
        _gate.WaitForArrivals();
        _gate.Open();
    }
}
