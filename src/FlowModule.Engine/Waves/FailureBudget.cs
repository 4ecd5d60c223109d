using System.Globalization;

namespace FlowModule.Engine.Waves;

/// <summary>How many runs of a fan-out may fail before the rest does not start.</summary>
internal sealed class FailureBudget
{
    private readonly int? _maxFailures;
    private readonly decimal? _maxFailurePercent;

    /// <param name="maxFailures">How many runs may fail. Null: no limit by number.</param>
    /// <param name="maxFailurePercent">Which percentage of all runs may fail, 0 to 100. Null: no limit by percentage.</param>
    internal FailureBudget(int? maxFailures, double? maxFailurePercent)
    {
        _maxFailures = maxFailures;

        // Decimal, so that 33.3 % of 1,000 is 333 and not slightly less.
        _maxFailurePercent = maxFailurePercent is { } percent ? (decimal)Math.Clamp(percent, 0, 100) : null;
    }

    /// <summary>Whether it limits anything.</summary>
    internal bool IsGiven => _maxFailures is not null || _maxFailurePercent is not null;

    /// <summary>Whether this number of failures, of this total, exceeds the budget.</summary>
    internal bool IsExceeded(int failures, int total) => Exceeded(failures, total) is not null;

    /// <summary>The parameter that this number of failures exceeds, such as <c>-MaxFailures 1</c>; null if none.</summary>
    internal string? Exceeded(int failures, int total)
    {
        if (failures > _maxFailures)
        {
            return string.Create(CultureInfo.InvariantCulture, $"-MaxFailures {_maxFailures}");
        }

        return failures * 100m > _maxFailurePercent * total
            ? string.Create(CultureInfo.InvariantCulture, $"-MaxFailurePercent {_maxFailurePercent}")
            : null;
    }
}
