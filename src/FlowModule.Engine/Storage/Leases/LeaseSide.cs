namespace FlowModule.Engine.Storage.Leases;

/// <summary>The two ends of a lease.</summary>
internal enum LeaseSide
{
    /// <summary>The process that has runs.</summary>
    Caller,

    /// <summary>The process that executes them.</summary>
    Worker,
}

internal static class LeaseSideExtensions
{
    /// <summary>The side that hears what this one sends.</summary>
    internal static LeaseSide Other(this LeaseSide side) => side == LeaseSide.Caller ? LeaseSide.Worker : LeaseSide.Caller;
}
