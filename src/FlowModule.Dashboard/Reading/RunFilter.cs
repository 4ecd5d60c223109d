namespace FlowModule.Dashboard.Reading;

/// <summary>Selects a page of runs.</summary>
public sealed record RunFilter
{
    internal const int DefaultSize = 50;

    /// <summary>How many rows a page may have.</summary>
    internal static readonly IReadOnlyList<int> Sizes = [25, 50, 100, 250];

    /// <summary>Words that must all occur in the row.</summary>
    internal string Text { get; init; } = string.Empty;

    internal string? Flow { get; init; }

    /// <summary>A state's name or type; "open" for all unfinished runs.</summary>
    internal string? State { get; init; }

    internal string? Schedule { get; init; }

    internal string? Tag { get; init; }

    internal Guid? Parent { get; init; }

    /// <summary>Only runs of this age at most; null for all.</summary>
    internal TimeSpan? Age { get; init; }

    /// <summary>Whether subflows and tasks are listed too.</summary>
    internal bool IncludesInner { get; init; }

    /// <summary>Only runs before this one, the last of the previous page.</summary>
    internal Guid? Below { get; init; }

    internal int Size { get; init; } = DefaultSize;

    internal IReadOnlyList<string> Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
