namespace FlowModule.Engine.Tests.Schedules;

/// <summary>A field of a cron expression that is generated together with its meaning: nothing here parses one.</summary>
internal sealed record CronField(string Text, IReadOnlySet<int> Values)
{
    /// <summary>Not restricted in cron's sense: then the other day field decides, and times repeat.</summary>
    internal bool HasStar => Text[0] == '*';

    internal static CronField Any(Random random, int first, int last) => random.Next(6) switch
    {
        0 => Steps(random.Next(2, 1 + Math.Max(2, (last - first) / 2)), first, last),
        1 => Span(random, first, last, isStepped: false),
        2 => Span(random, first, last, isStepped: true),
        3 => Several(random, first, last),
        4 => Every(first, last),
        _ => One(random.Next(first, last + 1)),
    };

    internal static CronField Every(int first, int last) => new("*", Range(first, last, 1));

    internal static CronField Steps(int step, int first, int last) => new($"*/{step}", Range(first, last, step));

    internal static CronField One(int value) => new($"{value}", new HashSet<int> { value });

    internal static CronField Several(Random random, int first, int last)
    {
        int[] values = [.. Enumerable.Range(0, random.Next(2, 4)).Select(_ => random.Next(first, last + 1))];
        return new(string.Join(',', values), new HashSet<int>(values));
    }

    private static CronField Span(Random random, int first, int last, bool isStepped)
    {
        int from = random.Next(first, last);
        int to = random.Next(from + 1, last + 1);
        int step = isStepped ? random.Next(1, 4) : 1;
        return new(isStepped ? $"{from}-{to}/{step}" : $"{from}-{to}", Range(from, to, step));
    }

    private static HashSet<int> Range(int from, int to, int step) => [.. Enumerable.Range(from, to - from + 1).Where(value => (value - from) % step == 0)];
}
