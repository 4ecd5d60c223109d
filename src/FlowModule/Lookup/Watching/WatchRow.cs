namespace FlowModule.Lookup.Watching;

/// <summary>A run in the tree of <c>Watch-FlowRun</c>.</summary>
/// <param name="Id">The id of the run.</param>
/// <param name="Depth">The number of runs around it that are watched.</param>
/// <param name="Type">The type of its state.</param>
/// <param name="State">The name of its state.</param>
/// <param name="Duration">How long it has run.</param>
/// <param name="What">Its flow or task.</param>
/// <param name="Name">Its name.</param>
/// <param name="Input">Its input in a few words, or null.</param>
/// <param name="Message">The message of its state, or null.</param>
/// <param name="Task">The name of the task that it is a run of; null for other runs.</param>
internal sealed record WatchRow(
    Guid Id, int Depth, StateType Type, string State, TimeSpan Duration, string What, string Name, string? Input = null, string? Message = null, string? Task = null)
{
    internal bool IsFinal => FlowState.IsFinalType(Type);

    internal bool IsFailure => Type is StateType.Failed or StateType.Crashed;

    /// <summary>Whether a text that a person types is in what the row shows.</summary>
    internal bool Contains(string text) =>
        new[] { State, What, Name, Input, Message }.Any(part => part?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
}
