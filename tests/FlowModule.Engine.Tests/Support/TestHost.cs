using System.Collections.Concurrent;
using FlowModule.Engine.Runs.Driving;

namespace FlowModule.Engine.Tests.Support;

/// <summary>Calls scripts, which are delegates or only names, and records the calls.</summary>
internal sealed class TestHost : IRunHost
{
    private readonly ConcurrentQueue<string> _calls = new();

    /// <summary>The calls, in order: the kind of script, and its name.</summary>
    internal string[] Calls => [.. _calls];

    /// <summary>The key of a run's result.</summary>
    internal Func<FlowRun, string?> Key { get; init; } = static _ => "key";

    /// <summary>The result of the retry condition.</summary>
    internal Func<FlowState, bool> Condition { get; init; } = static _ => true;

    public string? CacheKey(FlowRun run)
    {
        _calls.Enqueue("key");
        return Key(run);
    }

    public bool ShouldRetry(FlowRun run, FlowState failed)
    {
        _calls.Enqueue("condition");
        return Condition(failed);
    }

    /// <summary>The names of scripts that throw.</summary>
    internal string[] Throwing { get; init; } = [];

    public bool Call(FlowRun run, FlowRun subject, object script, FlowState state, string what)
    {
        _calls.Enqueue(script is string name ? $"{what} {name}" : what);
        (script as Action<FlowRun, FlowState>)?.Invoke(subject, state);
        return !Throwing.Contains(script);
    }
}
