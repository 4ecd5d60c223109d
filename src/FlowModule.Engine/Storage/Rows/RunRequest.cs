namespace FlowModule.Engine.Storage.Rows;

/// <summary>A request of a person to a run in another process.</summary>
/// <param name="Run">The run.</param>
/// <param name="Kind">The requested action.</param>
/// <param name="Text">The reason or the answer, depending on the kind.</param>
internal readonly record struct RunRequest(Guid Run, RunRequestKind Kind, string? Text);

internal enum RunRequestKind
{
    /// <summary>Stop the run; the text is the reason.</summary>
    Stop = 1,

    /// <summary>Suspend the flow run; the text is the reason.</summary>
    Suspend = 2,
}
