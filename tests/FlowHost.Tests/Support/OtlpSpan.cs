namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A span as a collector receives it. Times are nanoseconds since 1970.</summary>
internal sealed record OtlpSpan
{
    internal string TraceId { get; init; } = string.Empty;

    internal string Id { get; init; } = string.Empty;

    internal string ParentId { get; init; } = string.Empty;

    internal string Name { get; init; } = string.Empty;

    internal ulong Start { get; init; }

    internal ulong End { get; init; }

    /// <summary>0 unset, 1 OK, 2 error.</summary>
    internal ulong Status { get; init; }

    internal string StatusMessage { get; init; } = string.Empty;

    internal IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The service that it is of.</summary>
    internal string Service { get; init; } = string.Empty;

    internal double Seconds => (End - Start) / 1e9;
}
