namespace FlowModule.Engine.Caching;

/// <summary>When a run may take the result of an earlier run.</summary>
/// <param name="Key">The key, or the host's script that returns it; null if only the policy makes the key.</param>
/// <param name="Policy">The other parts of the key.</param>
/// <param name="Expiration">How long a result is valid; null: as long as it is kept.</param>
/// <param name="Refresh">Whether the run computes the result again and replaces the earlier one.</param>
internal sealed record CacheSettings(object? Key, CachePolicy Policy, TimeSpan? Expiration, bool Refresh);
