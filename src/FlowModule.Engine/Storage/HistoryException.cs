namespace FlowModule.Engine.Storage;

/// <summary>The history cannot be written or read.</summary>
/// <param name="kind">The kind of fault.</param>
/// <param name="message">The message for the user, a whole sentence.</param>
/// <param name="inner">The exception of the database.</param>
internal sealed class HistoryException(HistoryFault kind, string message, Exception? inner = null) : Exception(message, inner)
{
    internal HistoryFault Kind { get; } = kind;
}

internal enum HistoryFault
{
    /// <summary>It cannot be used now: no disk space, no access, no such folder.</summary>
    Unavailable,

    /// <summary>The file is damaged, or it is not a history.</summary>
    Damaged,

    /// <summary>A newer version of the module created it.</summary>
    TooNew,

    /// <summary>The file was deleted or replaced.</summary>
    Missing,

    /// <summary>It is on another machine, and what was asked of it cannot be asked from here.</summary>
    Elsewhere,

    /// <summary>Others use it, so that it cannot be copied now, or nothing can be copied there.</summary>
    InUse,

    /// <summary>It has runs of its own, so that nothing can be copied there.</summary>
    NotEmpty,

    /// <summary>A copy of it lacked rows, and was not kept.</summary>
    Incomplete,
}
