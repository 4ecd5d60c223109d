namespace FlowModule.Remoting;

/// <summary>A host as the file of hosts has it.</summary>
internal sealed record HostEntry : HostSettings
{
    internal const int LowestPort = 1;
    internal const int HighestPort = 65_535;
    internal const int MostAtOnce = 1_000;

    public required string Name { get; init; }

    public string? HostName { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Whether it is as a cmdlet would have taken it. People may edit the file.</summary>
    internal bool IsValid =>
        Name is { Length: > 0 }
        && HostName is null or { Length: > 0 }
        && Port is null or (>= LowestPort and <= HighestPort)
        && ThrottlePerHost is null or (>= 1 and <= MostAtOnce)
        && (Tags is null || Tags.All(static tag => tag is { Length: > 0 }))
        && (Options is null || Options.All(static option => option is { Key.Length: > 0, Value: not null }));
}
