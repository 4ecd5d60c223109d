namespace FlowModule.Lookup.Watching;

/// <summary>Which runs the tree shows.</summary>
internal enum WatchFilter
{
    All,
    Unfinished,
    Failed,
}

/// <summary>What the keys are for at the moment.</summary>
internal enum WatchMode
{
    Tree,
    Search,
    Log,
    Stop,
}

/// <summary>Everything that the screen of <c>Watch-FlowRun</c> shows. Immutable: keys and new data make another one.</summary>
internal sealed record WatchModel
{
    /// <summary>The watched runs and all runs in them, each behind its parent.</summary>
    internal IReadOnlyList<WatchRow> Rows { get; init; } = [];

    internal WatchMode Mode { get; init; }

    internal WatchFilter Filter { get; init; }

    /// <summary>Only runs that show this text; empty for all.</summary>
    internal string Text { get; init; } = string.Empty;

    /// <summary>The run that the keys are about; null for the first that is shown.</summary>
    internal Guid? Selected { get; init; }

    /// <summary>The lines of the open log.</summary>
    internal IReadOnlyList<string> Log { get; init; } = [];

    /// <summary>How many lines of the log are below the screen; 0 to follow its end.</summary>
    internal int LogBelow { get; init; }

    /// <summary>What the last key came to, or null.</summary>
    internal string? Note { get; init; }

    /// <summary>The rows that the filter and the text leave, with the runs around them.</summary>
    internal IReadOnlyList<WatchRow> Shown => Filter == WatchFilter.All && Text.Length == 0 ? Rows : Filtered();

    /// <summary>The selected row, or null if there is none.</summary>
    internal WatchRow? Chosen => Shown is var shown && shown.FirstOrDefault(row => row.Id == Selected) is { } chosen ? chosen : shown.Count > 0 ? shown[0] : null;

    private List<WatchRow> Filtered()
    {
        var shown = new List<WatchRow>();
        int depth = -1;

        // From the end: a run is shown if it fits, or if one in it is shown.
        for (int i = Rows.Count - 1; i >= 0; i--)
        {
            WatchRow row = Rows[i];
            bool isAround = row.Depth < depth;
            if (isAround || Fits(row))
            {
                shown.Add(row);
                depth = row.Depth;
            }
            else
            {
                depth = Math.Min(depth, row.Depth);
            }
        }

        shown.Reverse();
        return shown;
    }

    /// <summary>
    /// The model after a new filter or text: the keys must be about a run that was asked for, so a chosen run that is none gives way to the first one.
    /// As long as nobody has chosen, a filter alone chooses nothing: the screen follows the work.
    /// </summary>
    internal WatchModel WithChoiceThatIsFound() =>
        (Selected is null && Text.Length == 0) || Rows.Any(row => row.Id == Selected && IsFound(row)) ? this : this with { Selected = Rows.FirstOrDefault(IsFound)?.Id };

    // The chosen run stays, also when it ends: otherwise the next key would be about another.
    private bool Fits(WatchRow row) => row.Id == Selected || IsFound(row);

    private bool IsFound(WatchRow row) => row.Contains(Text) && Filter switch
    {
        WatchFilter.Unfinished => !row.IsFinal,
        WatchFilter.Failed => row.IsFailure,
        _ => true,
    };
}
