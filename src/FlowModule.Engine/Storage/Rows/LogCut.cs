namespace FlowModule.Engine.Storage.Rows;

/// <summary>A part of a run's log to remove.</summary>
/// <param name="Rows">The position of the line that is or becomes the note, counted from the last line.</param>
/// <param name="Removed">The number of lines to remove after it.</param>
/// <param name="Left">The number of lines removed so far.</param>
internal sealed record LogCut(int Rows, int Removed, long Left);
