using System.Management.Automation;
using FlowModule.Engine.Caching;
using FlowModule.Flows;
using FlowModule.Starting;

namespace FlowModule.Commands;

/// <summary>Removes cached results of tasks, so that they are computed again.</summary>
[Cmdlet(VerbsCommon.Clear, "FlowCache", SupportsShouldProcess = true)]
public sealed class ClearFlowCacheCommand : SharingCommand
{
    /// <summary>The names of the tasks; wildcards are allowed. None: all tasks.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Task { get; set; } = ["*"];

    /// <summary>The value of -CacheKey, or what its script returned; wildcards are allowed. None: results with any key and without one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Key { get; set; } = [];

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        IResultCache[] caches = [.. new[] { Services.Cache, Services.RunCache }.Distinct()];
        IEnumerable<IGrouping<string, string>> found =
            from text in caches.SelectMany(cache => cache.Keys()).Distinct(StringComparer.Ordinal)
            let parts = CacheKeys.Parse(text)
            where Matches(Task, parts.Task) && (Key.Length == 0 || (parts.Own is { } own && Matches(Key, own)))
            group text by parts.Task;
        foreach (IGrouping<string, string> task in found.OrderBy(task => task.Key, StringComparer.OrdinalIgnoreCase).ToArray())
        {
            HashSet<string> keys = new(task, StringComparer.Ordinal);
            if (ShouldProcess(task.Key, $"Clear {keys.Count} cached {(keys.Count == 1 ? "result" : "results")}"))
            {
                Array.ForEach(caches, cache => cache.Remove(keys));
            }
        }

        base.EndProcessing();
    }

    private static bool Matches(string[] names, string name) =>
        names.Any(pattern => pattern.Equals(name, StringComparison.OrdinalIgnoreCase) || FlowNames.Wildcard(pattern)?.IsMatch(name) == true);
}
