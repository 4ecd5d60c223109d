namespace FlowModule.Engine.Storage.Rows;

/// <summary>A limit as stored.</summary>
internal sealed record LimitRow(long Id, string Name, int? MaxConcurrency, int? PerSecond);

/// <summary>A claim as stored.</summary>
/// <param name="Id">Its number.</param>
/// <param name="IsOurs">Whether it belongs to this process.</param>
/// <param name="State">Its state.</param>
/// <param name="Limits">Its limits, without removed ones.</param>
internal sealed record LimitClaimRow(long Id, bool IsOurs, LimitClaimState State, IReadOnlyList<LimitRow> Limits);

/// <summary>The state of a claim.</summary>
internal enum LimitClaimState
{
    /// <summary>Waits for its first grant.</summary>
    Waiting,

    /// <summary>Has its slots.</summary>
    Held,

    /// <summary>Others may have its slots.</summary>
    Lent,

    /// <summary>Waits to get lent slots back.</summary>
    Reclaiming,

    /// <summary>Has released its slots, or was withdrawn.</summary>
    Over,
}
