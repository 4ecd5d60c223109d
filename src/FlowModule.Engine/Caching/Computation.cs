namespace FlowModule.Engine.Caching;

/// <summary>A key that is being computed, or is about to be. Used under the cache's lock.</summary>
internal sealed class Computation
{
    internal CacheTicket? Owner { get; set; }

    /// <summary>The caller that was woken to take over. Null once a caller has taken over.</summary>
    internal CacheTicket? Called { get; set; }

    /// <summary>Set while another process computes the key: distinguishes its result from an earlier one.</summary>
    internal long? Seen { get; set; }

    internal LinkedList<CacheTicket> Waiting { get; } = [];
}
