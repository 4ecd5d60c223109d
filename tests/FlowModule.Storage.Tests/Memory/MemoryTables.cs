using System.Collections.Immutable;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>All that a history in memory has at one moment. Nothing of it changes: a change makes other tables.</summary>
internal sealed record MemoryTables
{
    /// <summary>The last number that was given to anything.</summary>
    internal long LastNumber { get; init; }

    internal ImmutableDictionary<Guid, MemoryRun> Runs { get; init; } = ImmutableDictionary<Guid, MemoryRun>.Empty;

    internal ImmutableDictionary<string, string> Scripts { get; init; } = ImmutableDictionary<string, string>.Empty;

    internal ImmutableSortedDictionary<long, LogRow> Log { get; init; } = ImmutableSortedDictionary<long, LogRow>.Empty;

    internal ImmutableSortedDictionary<long, MemoryProcess> Processes { get; init; } = ImmutableSortedDictionary<long, MemoryProcess>.Empty;

    internal ImmutableSortedDictionary<long, RunRequest> Requests { get; init; } = ImmutableSortedDictionary<long, RunRequest>.Empty;

    internal ImmutableList<InputQuestion> Questions { get; init; } = [];

    internal ImmutableDictionary<(string Flow, string Key), Guid> Keys { get; init; } = ImmutableDictionary<(string, string), Guid>.Empty;

    internal RetentionSettings Retention { get; init; } = RetentionSettings.Default;

    /// <summary>When runs are looked for next that the settings let go; null for now.</summary>
    internal DateTimeOffset? NextPruning { get; init; }

    internal ImmutableSortedDictionary<long, LimitRow> Limits { get; init; } = ImmutableSortedDictionary<long, LimitRow>.Empty;

    internal ImmutableSortedDictionary<long, MemoryClaim> Claims { get; init; } = ImmutableSortedDictionary<long, MemoryClaim>.Empty;

    internal ImmutableList<(long Limit, long Time)> Grants { get; init; } = [];

    internal ImmutableSortedDictionary<long, MemoryResult> Results { get; init; } = ImmutableSortedDictionary<long, MemoryResult>.Empty;

    internal ImmutableDictionary<string, (long Number, long Process)> ResultClaims { get; init; } = ImmutableDictionary<string, (long, long)>.Empty;

    internal ImmutableSortedDictionary<long, TickRow> Ticks { get; init; } = ImmutableSortedDictionary<long, TickRow>.Empty;

    /// <summary>What ticks are asked to stop, and why.</summary>
    internal ImmutableSortedDictionary<long, string> Stops { get; init; } = ImmutableSortedDictionary<long, string>.Empty;
}

/// <summary>A run with all that is kept of it but its log.</summary>
internal sealed record MemoryRun(RunRow Row, long Process, RunSnapshot Snapshot)
{
    internal ImmutableSortedDictionary<int, FlowStateRecord> States { get; init; } = ImmutableSortedDictionary<int, FlowStateRecord>.Empty;

    internal ImmutableDictionary<RunValue, EncodedValue> Values { get; init; } = ImmutableDictionary<RunValue, EncodedValue>.Empty;

    /// <summary>The script that is to be called if its process dies before it ends.</summary>
    internal string? Hook { get; init; }

    /// <summary>The store that has written what the run was given.</summary>
    internal MemoryStore? BegunIn { get; init; }

    /// <summary>Whether it goes on, and needs its process for that.</summary>
    internal bool IsLeft => !Snapshot.IsOver && !(Snapshot.State.Type == StateType.Paused && Snapshot.State.Name == StateNames.Suspended);

    /// <summary>The same run in another state.</summary>
    internal MemoryRun Enter(FlowStateRecord state, int number, Func<RunSnapshot, RunSnapshot> change) => this with
    {
        States = States.SetItem(number, state),
        Snapshot = change(Snapshot with { State = state, StateCount = number + 1, EndTime = FlowState.IsFinalType(state.Type) ? state.Timestamp : null }),
    };

    internal MemoryRun Keep(RunValue kind, EncodedValue value) => value.IsNothing ? this : this with { Values = Values.SetItem(kind, value) };
}

/// <summary>A process, with the version of the module that it has loaded.</summary>
internal sealed record MemoryProcess(ProcessRecord Record, string Version);

/// <summary>A claim on slots of limits.</summary>
/// <param name="Process">Whose it is.</param>
/// <param name="State">What has become of it.</param>
/// <param name="Limits">The limits.</param>
/// <param name="Turn">Its place in their lines, the smallest first; null when it does not wait.</param>
/// <param name="HasNotice">Whether its process is to be told that it was granted.</param>
internal sealed record MemoryClaim(long Process, LimitClaimState State, ImmutableSortedSet<long> Limits, long? Turn, bool HasNotice);

/// <summary>A cached result.</summary>
internal sealed record MemoryResult(byte[] Key, string About, string? Text, DateTimeOffset? Expires, DateTimeOffset Used)
{
    // About what a row takes beside its texts.
    private const int RowBytes = 200;

    internal long Size => RowBytes + System.Text.Encoding.UTF8.GetByteCount(About) + System.Text.Encoding.UTF8.GetByteCount(Text ?? string.Empty);
}
