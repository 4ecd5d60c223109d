namespace FlowModule.Engine.Storage.Rows;

/// <summary>Whether a process is alive, as far as known.</summary>
internal enum ProcessLiveness
{
    /// <summary>It lives.</summary>
    Alive,

    /// <summary>There is no evidence that it is dead.</summary>
    Unknown,

    /// <summary>It has ended in order.</summary>
    Ended,

    /// <summary>It was killed, or its machine lost power.</summary>
    Dead,
}
