namespace FlowModule.Dashboard.Reading;

/// <summary>Which runs a person wants to see, a page of them.</summary>
public sealed record RunFilter
{
    internal const int DefaultSize = 50;

    /// <summary>How many rows a page may have.</summary>
    internal static readonly IReadOnlyList<int> Sizes = [25, 50, 100, 250];

    /// <summary>Words that are all somewhere in the row.</summary>
    internal string Text { get; init; } = string.Empty;

    internal string? Flow { get; init; }

    /// <summary>A state's name or type; "open" for all runs that are not over.</summary>
    internal string? State { get; init; }

    internal string? Schedule { get; init; }

    internal string? Tag { get; init; }

    internal Guid? Parent { get; init; }

    /// <summary>How far back runs are looked for; null for all.</summary>
    internal TimeSpan? Age { get; init; }

    /// <summary>Whether subflows and tasks are listed too.</summary>
    internal bool IncludesInner { get; init; }

    /// <summary>Only runs before this one, which was the last of the page before.</summary>
    internal Guid? Below { get; init; }

    internal int Size { get; init; } = DefaultSize;

    internal IReadOnlyList<string> Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
