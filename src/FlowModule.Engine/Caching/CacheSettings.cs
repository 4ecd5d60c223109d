namespace FlowModule.Engine.Caching;

/// <summary>When a run's result may be taken from an earlier run.</summary>
/// <param name="Key">The key, or the host's script that gives it; null when the policy alone makes it.</param>
/// <param name="Policy">What else the key is made of.</param>
/// <param name="Expiration">How long a result may be taken; null: as long as it is kept.</param>
/// <param name="Refresh">Whether the run computes anew, and its result takes the earlier one's place.</param>
internal sealed record CacheSettings(object? Key, CachePolicy Policy, TimeSpan? Expiration, bool Refresh);
