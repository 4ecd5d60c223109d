namespace FlowModule.Engine.Storage.Rows;

/// <summary>A stored result without its value.</summary>
internal sealed record ResultRow(long Number, long? Expires, long Used);
