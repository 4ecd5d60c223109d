using System.Globalization;

namespace FlowModule;

/// <summary>
/// How far a wave of a fan-out reaches: up to a number of runs, or up to a percentage of all runs. <c>1</c>, <c>10%</c> or <c>2.5%</c>.
/// </summary>
public sealed record WaveSize
{
    /// <summary>A wave that reaches up to a number of runs.</summary>
    /// <param name="count">The number, counted from the first run of the first wave; at least 1.</param>
    /// <exception cref="FormatException">The number is less than 1.</exception>
    public WaveSize(int count) => Count = count > 0
        ? count
        : throw new FormatException($"A wave cannot reach {count.ToString(CultureInfo.InvariantCulture)} runs: the minimum is 1.");

    /// <summary>A wave that reaches as far as a text says.</summary>
    /// <param name="text">A whole number such as <c>5</c>, or a percentage such as <c>10%</c> or <c>2.5%</c>.</param>
    /// <exception cref="FormatException">The text is neither.</exception>
    public WaveSize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        if (!trimmed.EndsWith("%", StringComparison.Ordinal))
        {
            Count = int.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 ? count : throw Invalid(text);
            return;
        }

        Percent = decimal.TryParse(trimmed[..^1].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
            && percent is > 0 and <= 100 ? percent : throw Invalid(text);
    }

    /// <summary>The number of runs that the wave reaches. Null: <see cref="Percent"/> sets it.</summary>
    public int? Count { get; }

    /// <summary>The percentage of all runs that the wave reaches, more than 0 and at most 100. Null: <see cref="Count"/> sets it.</summary>
    public decimal? Percent { get; }

    /// <summary>Reads a wave size as the constructor does.</summary>
    /// <param name="text">A whole number such as <c>5</c>, or a percentage such as <c>10%</c> or <c>2.5%</c>.</param>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static WaveSize Parse(string text) => new(text);

    /// <summary>The size as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Percent is { } percent
        ? percent.ToString("0.############################", CultureInfo.InvariantCulture) + "%"
        : Count!.Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of runs for a total. A percentage is rounded up, so that a wave is never empty; a count is at most the total.</summary>
    internal int Of(int total) => Percent is { } percent ? (int)Math.Ceiling(total * percent / 100) : Math.Min(Count!.Value, total);

    private static FormatException Invalid(string text) => new(
        $"'{text}' is not a wave size. Use a whole number of runs from 1, such as 5, or a percentage of more than 0% up to 100%, such as 10% or 2.5%.");
}
