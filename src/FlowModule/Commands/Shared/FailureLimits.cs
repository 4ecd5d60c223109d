using FlowModule.Engine.Waves;

namespace FlowModule.Commands;

/// <summary>What -Wave, -MaxFailures and -MaxFailurePercent ask for. They need to know how many runs there will be: the inputs are gathered first.</summary>
internal static class FailureLimits
{
    internal static bool NeedTotal(WaveSize[] wave, int? maxFailures, double? maxFailurePercent) =>
        wave.Length > 0 || maxFailures is not null || maxFailurePercent is not null;

    internal static WavePlan Plan(WaveSize[] wave, int? maxFailures, double? maxFailurePercent, int total, string what) =>
        new(wave, total, new FailureBudget(maxFailures, maxFailurePercent), what);
}
