using FlowModule.Engine.Runs;
using FlowModule.Engine.Telemetry;
using FlowModule.Serialization;

namespace FlowModule.Sessions;

/// <summary>Adds telemetry to the listeners of runs, if the process has a listener for it.</summary>
internal static class SessionTelemetry
{
    internal static RunListeners Join(RunListeners others) =>
        !FlowTelemetry.IsWanted ? others : others.Any ? others.And(Telemetry.Instance) : Telemetry.Alone;

    // Created when there is a listener.
    private static class Telemetry
    {
        internal static readonly RunTelemetry Instance = new(HistoryValues.Instance.Mask, static error => HistoryValues.Instance.EncodeError(error).Text);

        internal static readonly RunListeners Alone = RunListeners.None.And(Instance);
    }
}
