namespace FlowModule;

/// <summary>A run that failed, in a report.</summary>
public sealed class FlowReportFailure
{
    /// <summary>The run.</summary>
    public required FlowRunRecord Run { get; init; }

    /// <summary>What it was started for, in a few words, or null.</summary>
    public string? Input { get; init; }

    /// <summary>Why it failed, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>The runs inside that failed and have no failed run inside themselves, the first ones first.</summary>
    public FlowReportFailure[] Inside { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Run.FlowName} '{Run.Name}'{(Input is null ? null : $" ({Input})")} {Run.State.Name}: {Reason}";
}
