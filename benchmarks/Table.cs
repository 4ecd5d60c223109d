using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>Measured values and their required limits.</summary>
internal sealed class Table
{
    private readonly List<string[]> _rows = [["what", "measured", "beside", "ratio", "asked", ""]];
    private bool _missed;

    /// <param name="what">What was measured.</param>
    /// <param name="measured">The value, with its unit.</param>
    /// <param name="beside">The value of the peer in the same run.</param>
    /// <param name="ratio">The ratio of the peer's value to ours.</param>
    /// <param name="asked">The required limit.</param>
    /// <param name="holds">Whether the limit holds; null for information only.</param>
    internal void Add(string what, string measured, string beside = "", double? ratio = null, string asked = "", bool? holds = null)
    {
        _missed |= holds == false;
        string[] row = [what, measured, beside, ratio is { } number && !double.IsNaN(number) ? number.ToString("0.00", CultureInfo.InvariantCulture) : "", asked, holds switch { true => "holds", false => "MISSED", null => "" }];
        _rows.Add(row);
        Console.Error.WriteLine(string.Join(" | ", row));
    }

    /// <summary>Prints the table, and returns whether all limits hold.</summary>
    internal bool Print()
    {
        int[] widths = [.. Enumerable.Range(0, _rows[0].Length).Select(column => _rows.Max(row => row[column].Length))];
        for (int i = 0; i < _rows.Count; i++)
        {
            Console.WriteLine("| " + string.Join(" | ", _rows[i].Select((cell, column) => cell.PadRight(widths[column]))) + " |");
            if (i == 0)
            {
                Console.WriteLine("|-" + string.Join("-|-", widths.Select(width => new string('-', width))) + "-|");
            }
        }

        return !_missed;
    }
}
