namespace FlowModule.Engine.History;

/// <summary>Warnings about a history for the user, each shown once.</summary>
internal sealed class HistoryWarnings
{
    private string? _text;

    internal void Add(string warning)
    {
        string? before;
        do
        {
            before = Volatile.Read(ref _text);
        }
        while (Interlocked.CompareExchange(ref _text, before is null ? warning : $"{before} {warning}", before) != before);
    }

    /// <summary>Returns all warnings since the last call; null if there are none.</summary>
    internal string? Take() => Volatile.Read(ref _text) is null ? null : Interlocked.Exchange(ref _text, null);
}
