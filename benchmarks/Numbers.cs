using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>Medians, of measurements beside each other too, and the formatting of values.</summary>
internal static class Numbers
{
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The medians of two alternating measurements, after one warm-up of each.</summary>
    internal static (double One, double Other) Beside(int runs, Func<double> one, Func<double> other)
    {
        one();
        other();
        List<double> ones = [], others = [];
        for (int i = 0; i < runs; i++)
        {
            ones.Add(one());
            others.Add(other());
        }

        return (Median(ones), Median(others));
    }

    internal static string Show(double value, string unit) => value.ToString(value < 10 ? "0.000" : "0.0", CultureInfo.InvariantCulture) + " " + unit;
}
