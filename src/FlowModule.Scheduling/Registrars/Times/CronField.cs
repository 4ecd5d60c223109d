using System.Globalization;

namespace FlowModule.Scheduling.Registrars.Times;

/// <summary>One numeric field of a cron expression.</summary>
/// <param name="First">The smallest number.</param>
/// <param name="Last">The largest number.</param>
/// <param name="Names">Names for numbers, from <paramref name="First"/> on, or none.</param>
internal sealed record CronField(int First, int Last, string[] Names)
{
    internal static readonly CronField Second = new(0, 59, []);
    internal static readonly CronField Minute = Second;
    internal static readonly CronField Hour = new(0, 23, []);
    internal static readonly CronField Day = new(1, 31, []);
    internal static readonly CronField Month = new(1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);

    /// <summary>Days of the week. 7 is Sunday too.</summary>
    internal static readonly CronField Weekday = new(0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);

    private int Count => (this == Weekday ? 7 : Last + 1) - First;

    /// <summary>All numbers of the field.</summary>
    internal int[] All => [.. Enumerable.Range(First, Count)];

    /// <summary>The numbers in a field, in order.</summary>
    /// <exception cref="FormatException">It contains something else.</exception>
    internal int[] Parse(string text)
    {
        var numbers = new SortedSet<int>();
        foreach (string part in text.Split(','))
        {
            Add(part, numbers);
        }

        return [.. numbers];
    }

    /// <summary>One number or name.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    internal int Number(string text)
    {
        int name = Array.FindIndex(Names, known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name >= 0 ? First + name
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= First && number <= Last ? number
            : throw new FormatException($"'{text}' is not a number from {First} to {Last}.");
    }

    /// <summary>Numbers in a form that every cron understands: no names, no reversed ranges, and a star for all.</summary>
    internal string Text(IReadOnlyCollection<int> numbers)
    {
        if (numbers.Count == Count)
        {
            return "*";
        }

        int[] sorted = [.. numbers.Order()];
        if ((this == Minute || this == Hour) && sorted.Length > 2 && sorted[0] == 0 && StepOf(sorted) is { } step && sorted[^1] + step > Last)
        {
            return $"*/{step}";
        }

        var parts = new List<string>();
        for (int i = 0; i < sorted.Length; i++)
        {
            int from = i;
            while (i + 1 < sorted.Length && sorted[i + 1] == sorted[i] + 1)
            {
                i++;
            }

            parts.Add(i == from ? $"{sorted[i]}" : i == from + 1 ? $"{sorted[from]},{sorted[i]}" : $"{sorted[from]}-{sorted[i]}");
        }

        return string.Join(',', parts);
    }

    /// <summary>A star with a step, if the numbers can be written so, or null. For cron, a field that begins with a star does not restrict.</summary>
    internal string? Starred(IReadOnlyCollection<int> numbers)
    {
        int[] sorted = [.. numbers.Order()];
        return sorted.Length > 1 && sorted[0] == First && StepOf(sorted) is { } step && sorted[^1] + step >= First + Count ? $"*/{step}" : null;
    }

    /// <summary>The constant step between numbers, if there is one.</summary>
    private static int? StepOf(int[] sorted)
    {
        int step = sorted[1] - sorted[0];
        return Enumerable.Range(1, sorted.Length - 1).All(i => sorted[i] - sorted[i - 1] == step) ? step : null;
    }

    private void Add(string part, SortedSet<int> numbers)
    {
        string[] halves = part.Split('/');
        int step = halves.Length == 1 ? 1 : Step(halves, part);
        int from = First;
        int to = First + Count - 1;
        string[] ends = halves[0].Split('-');
        if (halves[0] is not ("*" or "?"))
        {
            from = Number(ends[0]);
            to = ends.Length == 2 ? Number(ends[1]) : ends.Length > 2 ? throw new FormatException($"'{part}' is no range.") : halves.Length == 2 ? to : from;
        }

        // From Friday to Monday, or from 22 to 3 o'clock.
        int length = to >= from ? to - from : to - from + Count;
        for (int i = 0; i <= length; i += step)
        {
            int number = from + i;
            numbers.Add(number >= First + Count ? number - Count : number);
        }
    }

    private static int Step(string[] halves, string part) =>
        halves.Length == 2 && int.TryParse(halves[1], NumberStyles.None, CultureInfo.InvariantCulture, out int step) && step > 0
            ? step
            : throw new FormatException($"'{part}' has no step.");
}
