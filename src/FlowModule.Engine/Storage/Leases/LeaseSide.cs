namespace FlowModule.Engine.Storage.Leases;

/// <summary>The two ends of a lease.</summary>
internal enum LeaseSide
{
    /// <summary>The process that has runs.</summary>
    Caller,

    /// <summary>The process that executes them.</summary>
    Worker,
}
