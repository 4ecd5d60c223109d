using System.Collections.Concurrent;
using FlowModule.Lookup.Watching;

namespace FlowModule.Tests.Looking.Watching;

/// <summary>A terminal for tests: what it shows, and the keys that are pressed.</summary>
internal sealed class FakeConsole : IWatchConsole
{
    private readonly ConcurrentQueue<ConsoleKeyInfo> _keys = new();

    public int Width { get; set; } = 100;

    public int Height { get; set; } = 12;

    /// <summary>The screens that were shown, the last one last.</summary>
    internal List<string> Screens { get; } = [];

    internal string Screen => Screens[^1];

    internal bool IsClosed { get; private set; }

    internal void Press(ConsoleKey key) => _keys.Enqueue(new ConsoleKeyInfo('\0', key, shift: false, alt: false, control: false));

    internal void Type(string text) => text.ToList().ForEach(letter => _keys.Enqueue(new ConsoleKeyInfo(letter, ConsoleKey.NoName, shift: false, alt: false, control: false)));

    public ConsoleKeyInfo? Key() => _keys.TryDequeue(out ConsoleKeyInfo key) ? key : null;

    public void Show(IReadOnlyList<string> lines) => Screens.Add(string.Join('\n', lines));

    public void Dispose() => IsClosed = true;
}
