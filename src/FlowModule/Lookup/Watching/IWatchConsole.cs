namespace FlowModule.Lookup.Watching;

/// <summary>A terminal that is drawn on and has keys.</summary>
internal interface IWatchConsole : IDisposable
{
    int Width { get; }

    int Height { get; }

    /// <summary>The next key that was pressed; null if none was. Returns at once.</summary>
    ConsoleKeyInfo? Key();

    /// <summary>Replaces what the screen shows. There are as many lines as the screen has.</summary>
    void Show(IReadOnlyList<string> lines);
}
