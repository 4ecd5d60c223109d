namespace FlowModule.Engine.Storage;

/// <summary>The history cannot be written or read.</summary>
/// <param name="kind">What kind of trouble it is.</param>
/// <param name="message">What a person should know, as a whole sentence.</param>
/// <param name="inner">What the database threw.</param>
internal sealed class HistoryException(HistoryFault kind, string message, Exception? inner = null) : Exception(message, inner)
{
    internal HistoryFault Kind { get; } = kind;
}

internal enum HistoryFault
{
    /// <summary>It cannot be written now: no space, no right, no such folder.</summary>
    Unavailable,

    /// <summary>The file is damaged, or is none of the history's.</summary>
    Damaged,

    /// <summary>A newer version of the module has made it.</summary>
    TooNew,

    /// <summary>The file is gone, or another is in its place.</summary>
    Missing,
}
