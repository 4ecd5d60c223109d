namespace FlowModule.Engine.Storage.Rows;

/// <summary>A value as the history keeps it.</summary>
/// <param name="Text">The value as text that the host can read again; null when there is none, or it is not kept.</param>
/// <param name="Note">Why a value is not kept, for people; null when it is, or there is none.</param>
internal readonly record struct EncodedValue(string? Text, string? Note = null)
{
    internal bool IsNothing => Text is null && Note is null;
}

/// <summary>Which value of a run is meant.</summary>
internal enum RunValue
{
    Parameters = 1,
    Input = 2,
    Result = 3,
    Error = 4,
    Options = 5,
}
