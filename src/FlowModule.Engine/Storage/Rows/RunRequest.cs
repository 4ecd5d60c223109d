namespace FlowModule.Engine.Storage.Rows;

/// <summary>Something that a person asks of a run from elsewhere.</summary>
/// <param name="Run">The run.</param>
/// <param name="Kind">What it is to do.</param>
/// <param name="Text">Why, or the answer; the kind says what it is.</param>
internal readonly record struct RunRequest(Guid Run, RunRequestKind Kind, string? Text);

internal enum RunRequestKind
{
    /// <summary>Stop; the text says why.</summary>
    Stop = 1,

    /// <summary>Suspend the flow run; the text says why.</summary>
    Suspend = 2,
}
