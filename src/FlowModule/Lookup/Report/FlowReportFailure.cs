namespace FlowModule;

/// <summary>A failed run in a report.</summary>
public sealed class FlowReportFailure
{
    /// <summary>The run.</summary>
    public required FlowRunRecord Run { get; init; }

    /// <summary>Its input in a few words, or null.</summary>
    public string? Input { get; init; }

    /// <summary>Why it failed, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>The failed runs inside it that contain no failed run themselves, oldest first.</summary>
    public FlowReportFailure[] Inside { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => $"{Run.FlowName} '{Run.Name}'{(Input is null ? null : $" ({Input})")}{(Run.HostName is { } host ? $" on {host}" : null)} {Run.State.Name}: {Reason}";
}
