namespace FlowModule.Engine.Storage.Rows;

/// <summary>Which lines of the log to find.</summary>
/// <param name="Run">The run whose log it is.</param>
internal sealed record LogQuery(Guid Run)
{
    /// <summary>Whether the lines of the runs inside are wanted too.</summary>
    internal bool Tree { get; init; } = true;

    /// <summary>Lines of this level and above.</summary>
    internal FlowLogLevel Level { get; init; }

    /// <summary>At most so many, the last ones.</summary>
    internal int? Tail { get; init; }

    /// <summary>At most so many, the first ones.</summary>
    internal int? First { get; init; }

    /// <summary>Written at this time or later.</summary>
    internal DateTimeOffset? Since { get; init; }

    /// <summary>Only lines that were kept after this one (<see cref="FlowLogRecord.Number"/>).</summary>
    internal long After { get; init; }

    /// <summary>Only lines that were kept before this one; null for all.</summary>
    internal long? Before { get; init; }

    /// <summary>Only lines with this text in them, in any case; null for all.</summary>
    internal string? Text { get; init; }
}
