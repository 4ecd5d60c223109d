namespace FlowModule.Dashboard.Reading;

/// <summary>A page of runs.</summary>
/// <param name="Runs">The runs, the newest first.</param>
/// <param name="HasMore">Whether there are older ones.</param>
public sealed record RunSlice(IReadOnlyList<RunRow> Runs, bool HasMore);

/// <summary>A state that a run was in.</summary>
public sealed record StateRow(StateType State, string Name, string? Message, DateTimeOffset Time, DateTimeOffset? Due);

/// <summary>A value of a run as text.</summary>
/// <param name="Text">The value; null if there is none.</param>
/// <param name="Note">Why it was not stored or cannot be read, or null.</param>
public sealed record ValueRow(string? Text, string? Note)
{
    internal bool IsNothing => Text is null && Note is null;
}

/// <summary>A line of a log.</summary>
public sealed record LogRow(long Number, DateTimeOffset Time, FlowLogLevel Level, Guid Run, string RunName, string FlowName, string Message, bool IsState);

/// <summary>Selects lines of a log.</summary>
public sealed record LogFilter(Guid Run)
{
    internal const int PageSize = 500;

    internal bool Tree { get; init; } = true;

    internal FlowLogLevel Level { get; init; }

    internal string Text { get; init; } = string.Empty;

    /// <summary>Only lines after this one.</summary>
    internal long After { get; init; }

    /// <summary>Only lines before this one.</summary>
    internal long? Before { get; init; }
}

/// <summary>A page of a log.</summary>
/// <param name="Lines">The lines, oldest first.</param>
/// <param name="HasEarlier">Whether there are earlier lines.</param>
/// <param name="Last">The number of the last line; without lines, the number from the query.</param>
public sealed record LogPage(IReadOnlyList<LogRow> Lines, bool HasEarlier, long Last)
{
    internal long? First => Lines.FirstOrDefault(static line => line.Number > 0)?.Number;
}

/// <summary>A flow that has runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Last">Its last runs, newest first.</param>
public sealed record FlowRow(string Name, IReadOnlyList<RunRow> Last);

/// <summary>A question that waits for a person.</summary>
public sealed record QuestionRow(Guid Run, string Name, string Prompt, string? Type, IReadOnlyList<string> Choices, DateTimeOffset Asked, RunRow? RunRow);

/// <summary>A limit, and the processes that hold its slots or wait for them.</summary>
public sealed record LimitView(string Name, int? MaxConcurrency, int? PerSecond, IReadOnlyList<ClaimView> Claims)
{
    internal int Active => Claims.Count(static claim => claim.IsHeld);

    internal int Waiting => Claims.Count(static claim => claim.IsWaiting);
}

/// <summary>A claim on a slot, held or waiting.</summary>
public sealed record ClaimView(long Id, string State, bool IsHeld, bool IsWaiting, ProcessRow? Process);

/// <summary>A process that records runs.</summary>
public sealed record ProcessRow
{
    public required long Number { get; init; }

    public required string Computer { get; init; }

    public required int Id { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Heartbeat { get; init; }

    /// <summary>Alive, Unknown, Ended or Dead.</summary>
    public required string Liveness { get; init; }

    /// <summary>Its command line, if it runs on this computer.</summary>
    internal string? Command { get; init; }

    internal bool IsScheduler { get; init; }

    internal IReadOnlyList<RunRow> Runs { get; init; } = [];
}

/// <summary>The workers of a history, and their queues.</summary>
public sealed record PoolView(IReadOnlyList<WorkerView> Workers, IReadOnlyList<QueueView> Queues);

/// <summary>A worker, and the runs that it executes now: not all, if there are many.</summary>
public sealed record WorkerView(FlowWorker Worker, IReadOnlyList<RunRow> Runs);

/// <summary>A queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tags">The tags that are asked for.</param>
/// <param name="ServedBy">The names of the workers that can take what waits.</param>
/// <param name="Trouble">Why nobody can; null if somebody can.</param>
public sealed record QueueView(string Name, IReadOnlyList<string> Tags, IReadOnlyList<string> ServedBy, string? Trouble)
{
    /// <summary>The priority of what waits and executes; null if nothing does.</summary>
    internal string? Priority { get; init; }

    internal int Waiting { get; init; }

    internal int Executing { get; init; }
}

/// <summary>The history at a glance.</summary>
public sealed record Overview(int Running, int Failed, int Completed, int Waiting, bool IsCapped);
