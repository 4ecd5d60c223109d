namespace FlowModule.Engine.Storage.Rows;

/// <summary>Which runs to find. All that is said must hold; of a list, one of it. Names are patterns with *, ? and [], in any case.</summary>
internal sealed record RunQuery
{
    /// <summary>The runs of flows, and the ad hoc runs, that are in no other run.</summary>
    internal static readonly RunQuery OfOutermost = new() { Kinds = [RunKind.Flow, RunKind.AdHoc], OnlyTop = true };

    /// <summary>Ids of runs. With names beside them, a run is one of either.</summary>
    internal IReadOnlyList<Guid> Ids { get; init; } = [];

    internal IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The ids that theirs is one of.</summary>
    internal RunIdRange? IdRange { get; init; }

    internal IReadOnlyList<string> FlowNames { get; init; } = [];

    /// <summary>Names or types of states.</summary>
    internal IReadOnlyList<string> States { get; init; } = [];

    /// <summary>Tags that the flow has, all of them.</summary>
    internal IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Names of the scheduled flows that they were started for.</summary>
    internal IReadOnlyList<string> Schedules { get; init; } = [];

    /// <summary>The time of the scheduled flow that they were started for.</summary>
    internal DateTimeOffset? Tick { get; init; }

    internal IReadOnlyList<RunKind> Kinds { get; init; } = [];

    /// <summary>The runs directly inside of this one.</summary>
    internal Guid? Parent { get; init; }

    /// <summary>This run and all inside of it.</summary>
    internal Guid? Tree { get; init; }

    /// <summary>Made at this time or later.</summary>
    internal DateTimeOffset? Since { get; init; }

    /// <summary>Made before this time.</summary>
    internal DateTimeOffset? Before { get; init; }

    /// <summary>Whether only runs that are in no other run are asked for.</summary>
    internal bool OnlyTop { get; init; }

    /// <summary>Whether only runs that are not over are asked for.</summary>
    internal bool OnlyOpen { get; init; }

    /// <summary>Words that are all somewhere in what a person sees of a run: its names, state, message, schedule, tags, script or id.</summary>
    internal IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Only runs whose ids come before this one: the next page of a list.</summary>
    internal Guid? Below { get; init; }

    /// <summary>At most so many, the newest.</summary>
    internal int? Last { get; init; }
}
