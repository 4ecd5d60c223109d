namespace FlowModule.Engine.Storage.Rows;

/// <summary>A value in the format of the history.</summary>
/// <param name="Text">The value as text that the host can decode; null if there is no value or it is not stored.</param>
/// <param name="Note">Why the value is not stored, for display; null otherwise.</param>
internal readonly record struct EncodedValue(string? Text, string? Note = null)
{
    internal bool IsNothing => Text is null && Note is null;
}

/// <summary>Selects a value of a run.</summary>
internal enum RunValue
{
    Parameters = 1,
    Input = 2,
    Result = 3,
    Error = 4,
    Options = 5,
    ErrorDetails = 6,
}
