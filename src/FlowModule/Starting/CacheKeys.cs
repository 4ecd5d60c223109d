using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.Engine.Caching;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Values;

namespace FlowModule.Starting;

/// <summary>Creates the key of a task's result: the task's name, the user's own key, and what the policy names.</summary>
internal static class CacheKeys
{
    private const string OwnPart = "key ";
    private const string SourcePart = "source ";
    private const string RunPart = "run ";
    private const string InputsPart = "inputs ";

    private static readonly string[] Parts = [SourcePart, RunPart, InputsPart];

    /// <summary>The key; null if the user's script returns none, so that nothing is cached.</summary>
    /// <exception cref="FlowException">The script of the key threw.</exception>
    internal static string? For(FlowRun run, Func<ScriptBlock, Collection<PSObject>> call)
    {
        CacheSettings cache = run.Policy.Cache!;
        var key = new System.Text.StringBuilder(run.FlowName);
        if (cache.Key is not null)
        {
            string? own = Own(run, cache.Key, call);
            if (string.IsNullOrEmpty(own))
            {
                return null;
            }

            key.Append('\n').Append(OwnPart).Append(own);
        }

        if (cache.Policy.HasFlag(CachePolicy.Source))
        {
            key.Append('\n').Append(SourcePart).Append(Fingerprint.Of(((Flow)run.Flow).BodyAst!.Extent.Text));
        }

        if (cache.Policy.HasFlag(CachePolicy.Run))
        {
            key.Append('\n').Append(RunPart).Append(run.FlowRunOf().Id);
        }

        if (cache.Policy.HasFlag(CachePolicy.Inputs))
        {
            key.Append('\n').Append(InputsPart).Append(ValueFingerprint.Of(run.Parameters, run.InputObject)).Append(run.Surroundings.Hash);
        }

        return key.ToString();
    }

    /// <summary>
    /// Whether a planned run would find its result in the cache. Null if that is not known before it runs: a script makes its key, or its input is the result
    /// of other tasks.
    /// </summary>
    internal static bool? IsCached(FlowRun run)
    {
        CacheSettings cache = run.Policy.Cache!;
        if (cache.Refresh || run.Recording is { History.Exists: false } || (run.Parent is null && cache.Policy.HasFlag(CachePolicy.Run)))
        {
            return false;
        }

        if (cache.Key is ScriptBlock || run.Dependencies is not null || run.Surroundings.Incomparable is not null)
        {
            return null;
        }

        var services = RunServices.For(run);
        return For(run, static _ => []) is { } key && (cache.Policy.HasFlag(CachePolicy.Run) ? services.RunCache : services.Cache).Has(key);
    }

    /// <summary>The task's name and the user's own key in a key.</summary>
    internal static (string Task, string? Own) Parse(string key)
    {
        string[] lines = key.Split('\n');
        if (lines.Length < 2 || !lines[1].StartsWith(OwnPart, StringComparison.Ordinal))
        {
            return (lines[0], null);
        }

        // The user's key may have several lines.
        IEnumerable<string> own = lines.Skip(2).TakeWhile(static line => !Parts.Any(part => line.StartsWith(part, StringComparison.Ordinal)));
        return (lines[0], string.Join('\n', own.Prepend(lines[1][OwnPart.Length..])));
    }

    private static string? Own(FlowRun run, object key, Func<ScriptBlock, Collection<PSObject>> call)
    {
        if (key is not ScriptBlock script)
        {
            return LanguagePrimitives.ConvertTo<string>(key);
        }

        try
        {
            Collection<PSObject> made = call(script);
            return made.Count == 0 ? null : string.Join(' ', made.Select(static part => LanguagePrimitives.ConvertTo<string>(part)));
        }
        catch (Exception exception) when (exception is not HostInterruptedException)
        {
            throw new FlowException(
                $"The cache key of task '{run.FlowName}' cannot be created: {exception.Message}", "FlowCacheKeyInvalid", ErrorCategory.InvalidArgument, run, exception);
        }
    }
}
