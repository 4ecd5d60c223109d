using System.Globalization;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>
/// The full names of queues. They have all that a worker must match, because a carrier knows nothing but names: a request with tags is in a queue of its own,
/// which only those workers serve that have the tags.
/// </summary>
internal static class PoolQueues
{
    /// <summary>How many tags a worker may have: it serves a queue for each set of some of them.</summary>
    internal const int MostTags = 5;

    internal const int LongestName = 40;

    // Carriers allow small letters, digits, hyphens and underscores; names of people have no underscores.
    private const char Separator = '_';
    private const string KeyMark = "key-";

    /// <summary>Whether a text can be the name of a queue or a tag.</summary>
    internal static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && text.All(static character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <summary>The queue in which a request waits. The names of more urgent ones come first in alphabetical order.</summary>
    internal static string NameOf(PoolRequest request, PoolStamp stamp) => Name(request.Priority, stamp, request.Queue, request.Tags);

    /// <summary>What the name of a queue says; null if it is none.</summary>
    internal static (PoolRequest Request, PoolStamp Stamp)? Parse(string name)
    {
        // What is after an empty part is a tag.
        string[] parts = name.Split(Separator);
        int end = Array.IndexOf(parts, string.Empty) is >= 0 and var first ? first : parts.Length;
        return (end == 3 || (end == 4 && parts[3].StartsWith(KeyMark, StringComparison.Ordinal))) && parts[0] is ['p', var digit] && digit - '0' is var priority && Enum.IsDefined((PoolPriority)priority)
            ? (new PoolRequest(parts[1], [.. parts[end..].Where(static part => part.Length > 0)], (PoolPriority)priority), new PoolStamp(parts[2], end == 4 ? parts[3][KeyMark.Length..] : null))
            : null;
    }

    /// <summary>The queues that a worker serves, in alphabetical order.</summary>
    internal static IReadOnlyList<string> ServedBy(IReadOnlyList<string> queues, IReadOnlyList<string> tags, PoolStamp stamp) =>
        [.. from priority in Enum.GetValues<PoolPriority>()
            from queue in queues
            from set in Sets(tags)
            select Name(priority, stamp, queue, set) into name
            orderby name
            select name];

    /// <summary>Why no worker can take a request; null if one can, even if it has no free place now.</summary>
    internal static string? WhyNobody(PoolRequest request, PoolStamp stamp, IReadOnlyList<PoolWorkerRow> workers)
    {
        PoolWorkerRow[] here = [.. workers.Where(static worker => worker.IsHere)];
        PoolWorkerRow[] serving = [.. here.Where(worker => worker.Queues.Contains(request.Queue, StringComparer.Ordinal))];
        if (serving.Length == 0)
        {
            return $"No worker serves queue '{request.Queue}'.";
        }

        PoolWorkerRow[] able = [.. serving.Where(worker => request.Tags.All(tag => worker.Tags.Contains(tag, StringComparer.Ordinal)))];
        if (able.Length == 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"No worker of queue '{request.Queue}' has {(request.Tags.Count == 1 ? "tag" : "all of the tags")} {string.Join(", ", request.Tags.Select(static tag => $"'{tag}'"))}.");
        }

        PoolWorkerRow[] equal = [.. able.Where(worker => PoolStamp.Parse(worker.Stamp).Build == stamp.Build)];
        if (equal.Length == 0)
        {
            return $"The workers of queue '{request.Queue}' have another version of FlowModule: {string.Join(", ", able.Select(static worker => $"{worker.Product} on '{worker.Machine}'").Distinct(StringComparer.Ordinal))}.";
        }

        if (!Array.Exists(equal, worker => worker.Stamp == stamp.ToString()))
        {
            return $"The workers of queue '{request.Queue}' have {(stamp.Key is null ? "a key, and this process has none" : "not the key of this process")}.";
        }

        return Array.Exists(equal, static worker => !worker.IsDraining) ? null : $"The workers of queue '{request.Queue}' are about to end and take no more work.";
    }

    /// <summary>Why a process cannot read what a lease of a queue has said; null if it can.</summary>
    internal static string? WhyUnlike(string name, PoolStamp stamp) => Parse(name)?.Stamp is not { } there || there.Build != stamp.Build
        ? "Its worker has another version of FlowModule."
        : there.Key == stamp.Key ? null
        : there.Key is null ? "Its worker has no key, and this process has one."
        : $"Its worker has {(stamp.Key is null ? "a key, and this process has none" : "another key than this process")}.";

    /// <summary>The workers that can take a request, even if they have no free place now.</summary>
    internal static IEnumerable<PoolWorkerRow> WorkersFor(PoolRequest request, PoolStamp stamp, IReadOnlyList<PoolWorkerRow> workers) => workers
        .Where(worker => worker is { IsHere: true, IsDraining: false } && worker.Stamp == stamp.ToString()
            && worker.Queues.Contains(request.Queue, StringComparer.Ordinal) && request.Tags.All(tag => worker.Tags.Contains(tag, StringComparer.Ordinal)));

    /// <summary>How many leases the workers can have at once that can take a request.</summary>
    internal static int PlacesFor(PoolRequest request, PoolStamp stamp, IReadOnlyList<PoolWorkerRow> workers) =>
        WorkersFor(request, stamp, workers).Sum(static worker => worker.Places);

    private static string Name(PoolPriority priority, PoolStamp stamp, string queue, IEnumerable<string> tags)
    {
        string[] parts = [string.Create(CultureInfo.InvariantCulture, $"p{(int)priority}"), queue, stamp.Build, .. stamp.Key is { } key ? [KeyMark + key] : Array.Empty<string>()];
        return string.Join(Separator, [.. parts, .. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(static tag => Separator + tag)]);
    }

    private static IEnumerable<IEnumerable<string>> Sets(IReadOnlyList<string> tags) =>
        Enumerable.Range(0, 1 << tags.Count).Select(set => tags.Where((_, index) => (set & (1 << index)) != 0));
}
