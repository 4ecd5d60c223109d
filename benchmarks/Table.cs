using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>What was measured, against what was asked for.</summary>
internal sealed class Table
{
    private readonly List<string[]> _rows = [["what", "measured", "beside", "ratio", "asked", ""]];
    private bool _missed;

    /// <param name="what">What was measured.</param>
    /// <param name="measured">The figure, with its unit.</param>
    /// <param name="beside">The peer's or the floor's figure in the same run.</param>
    /// <param name="ratio">Theirs to ours.</param>
    /// <param name="asked">What it must be.</param>
    /// <param name="holds">Whether it is; null for orientation.</param>
    internal void Add(string what, string measured, string beside = "", double? ratio = null, string asked = "", bool? holds = null)
    {
        _missed |= holds == false;
        string[] row = [what, measured, beside, ratio is { } number && !double.IsNaN(number) ? number.ToString("0.00", CultureInfo.InvariantCulture) : "", asked, holds switch { true => "holds", false => "MISSED", null => "" }];
        _rows.Add(row);
        Console.Error.WriteLine(string.Join(" | ", row));
    }

    /// <summary>Prints the table, and says whether all that was asked for is so.</summary>
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
