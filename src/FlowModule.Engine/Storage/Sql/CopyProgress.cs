namespace FlowModule.Engine.Storage.Sql;

/// <summary>How far the copy of a history is.</summary>
/// <param name="Table">What is being copied.</param>
/// <param name="Done">The number of rows that were copied.</param>
/// <param name="Total">The number of rows there are to copy.</param>
internal readonly record struct CopyProgress(string Table, long Done, long Total);
