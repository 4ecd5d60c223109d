using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>Medians and the formatting of values.</summary>
internal static class Numbers
{
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    internal static string Show(double value, string unit) => value.ToString(value < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " " + unit;
}
