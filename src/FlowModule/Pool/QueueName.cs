using System.Text.RegularExpressions;
using FlowModule.Engine.Pool;

namespace FlowModule.Pool;

/// <summary>What a call or a flow says of the workers that execute its runs, and the name of the kind of workers that says the same.</summary>
/// <param name="Request">The queue, with what a worker must have.</param>
/// <param name="Address">The address of the history; null while that is not known.</param>
internal sealed partial record QueueName(PoolRequest Request, string? Address = null)
{
    private const string Prefix = "queue:";

    /// <summary>What a person reads.</summary>
    internal string Description => $"'{Request.Queue}'"
        + (Request.Tags.Count == 0 ? null : $" with {(Request.Tags.Count == 1 ? "tag" : "tags")} {string.Join(", ", Request.Tags)}")
        + (Request.Priority == PoolPriority.Normal ? null : $", priority {Request.Priority}");

    /// <summary>Reads the parameters of a cmdlet.</summary>
    /// <exception cref="FlowException">A name is none.</exception>
    internal static QueueName Of(string queue, IEnumerable<string> tags, FlowPriority priority) => new(new PoolRequest(
        Check("queue", queue), [.. tags.Select(tag => Check("tag", tag)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], Enum.Parse<PoolPriority>(priority.ToString())));

    /// <summary>The name in small letters: names of queues and tags are one in any case.</summary>
    /// <exception cref="FlowException">It is none.</exception>
    internal static string Check(string what, string name)
    {
        string small = name.ToLowerInvariant();
        return PoolQueues.IsName(small) ? small : throw PoolErrors.InvalidName(what, name);
    }

    /// <summary>Reads the name of a kind; null if it is that of no queue.</summary>
    internal static QueueName? Parse(string kind) => kind.StartsWith(Prefix, StringComparison.Ordinal) && Pattern().Match(kind) is { Success: true } match
        ? new QueueName(
            new PoolRequest(
                match.Groups["queue"].Value,
                [.. match.Groups["tag"].Captures.Select(static tag => tag.Value)],
                match.Groups["priority"] is { Success: true, Value: var priority } ? Enum.Parse<PoolPriority>(priority) : PoolPriority.Normal),
            match.Groups["address"] is { Success: true, Value: var address } ? address : null)
        : null;

    /// <inheritdoc/>
    public override string ToString() => Prefix + Request.Queue + string.Concat(Request.Tags.Select(static tag => "+" + tag))
        + (Request.Priority == PoolPriority.Normal ? null : $"!{Request.Priority}") + (Address is null ? null : $"@{Address}");

    [GeneratedRegex(@"^queue:(?<queue>[a-z0-9-]+)(\+(?<tag>[a-z0-9-]+))*(!(?<priority>High|Low))?(@(?<address>.+))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Pattern();
}
