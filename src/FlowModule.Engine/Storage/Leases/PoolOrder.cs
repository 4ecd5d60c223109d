namespace FlowModule.Engine.Storage.Leases;

/// <summary>What a process that serves queues was asked to do. The numbers are stored.</summary>
internal enum PoolOrder
{
    /// <summary>To go on.</summary>
    Serve = 0,

    /// <summary>To take no more leases, and to end when those that it has are over.</summary>
    Drain = 1,

    /// <summary>To end at once.</summary>
    Stop = 2,
}
