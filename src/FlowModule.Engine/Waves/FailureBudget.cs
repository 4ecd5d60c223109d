using System.Globalization;

namespace FlowModule.Engine.Waves;

/// <summary>How many runs of a fan-out may fail before the rest does not start.</summary>
internal sealed class FailureBudget
{
    private readonly int? _maxFailures;
    private readonly decimal? _maxFailurePercent;
    private readonly string? _given;

    /// <param name="maxFailures">How many runs may fail. Null: no limit by number.</param>
    /// <param name="maxFailurePercent">Which percentage of all runs may fail, 0 to 100. Null: no limit by percentage.</param>
    internal FailureBudget(int? maxFailures, double? maxFailurePercent)
    {
        _maxFailures = maxFailures;

        // Decimal, so that 33.3 % of 1,000 is 333 and not slightly less.
        _maxFailurePercent = maxFailurePercent is { } percent ? (decimal)Math.Clamp(percent, 0, 100) : null;
    }

    private FailureBudget(string given, int? maxFailures, decimal? maxFailurePercent)
    {
        _given = given;
        _maxFailures = maxFailures;
        _maxFailurePercent = maxFailurePercent;
    }

    /// <summary>Parses a number of runs such as <c>5</c>, or a percentage such as <c>10%</c>. Returns null if the text is neither.</summary>
    /// <param name="parameter">The parameter's name, for messages.</param>
    /// <param name="text">The parameter's value.</param>
    internal static FailureBudget? Parse(string parameter, string text)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        string given = $"{parameter} {trimmed}";
        if (!trimmed.EndsWith("%", StringComparison.Ordinal))
        {
            return int.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? new FailureBudget(given, count, maxFailurePercent: null) : null;
        }

        return decimal.TryParse(trimmed[..^1].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent) && percent <= 100
            ? new FailureBudget(given, maxFailures: null, percent)
            : null;
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
            return _given ?? string.Create(CultureInfo.InvariantCulture, $"-MaxFailures {_maxFailures}");
        }

        return failures * 100m > _maxFailurePercent * total
            ? _given ?? string.Create(CultureInfo.InvariantCulture, $"-MaxFailurePercent {_maxFailurePercent}")
            : null;
    }
}
