namespace FlowModule.Engine.Storage.Rows;

/// <summary>What is left out of a run's log.</summary>
/// <param name="Rows">How many lines, counted from the last, there are to the one that is, or becomes, the note.</param>
/// <param name="Removed">How many go after that.</param>
/// <param name="Left">How many are left out by now.</param>
internal sealed record LogCut(int Rows, int Removed, long Left);
