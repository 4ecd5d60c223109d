namespace FlowModule.Engine.History;

/// <summary>What a person has to be told of a history, once.</summary>
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

    /// <summary>All warnings since the last call; null when there are none.</summary>
    internal string? Take() => Volatile.Read(ref _text) is null ? null : Interlocked.Exchange(ref _text, null);
}
