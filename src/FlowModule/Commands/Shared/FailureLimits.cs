using FlowModule.Engine.Waves;

namespace FlowModule.Commands;

/// <summary>Reads -Wave, -MaxFailures and -MaxFailurePercent. They need the number of runs, so the input is collected first.</summary>
internal static class FailureLimits
{
    internal static bool NeedTotal(WaveSize[] wave, int? maxFailures, double? maxFailurePercent) =>
        wave.Length > 0 || maxFailures is not null || maxFailurePercent is not null;

    internal static WavePlan Plan(WaveSize[] wave, int? maxFailures, double? maxFailurePercent, int total, string what) =>
        new(wave, total, new FailureBudget(maxFailures, maxFailurePercent), what);
}
