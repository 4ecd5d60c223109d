using System.Management.Automation.Host;
using System.Text;

namespace FlowModule.Lookup.Watching;

/// <summary>
/// The terminal of this process, with its second screen: what stood on the first one is there again at the end. The same on all systems, because PowerShell turns on
/// these sequences on Windows too.
/// </summary>
internal sealed class WatchTerminal : IWatchConsole
{
    private const string Open = "\u001b[?1049h\u001b[?25l";
    private const string Close = "\u001b[?25h\u001b[?1049l";

    private IReadOnlyList<string> _shown = [];
    private (int Width, int Height) _size;

    private WatchTerminal() => Console.Out.Write(Open);

    // A terminal that does not know its size says 0.
    public int Width => Console.WindowWidth is > 0 and var width ? width : 80;

    public int Height => Console.WindowHeight is > 0 and var height ? height : 24;

    /// <summary>The terminal; null where output is no terminal, or keys cannot be read, or it cannot be drawn on.</summary>
    internal static WatchTerminal? TryOpen(PSHost host)
    {
        if (host.Name is not ("ConsoleHost" or "FlowHost") || Console.IsOutputRedirected || Console.IsInputRedirected
            || host.UI?.SupportsVirtualTerminal != true || Environment.GetEnvironmentVariable("TERM") == "dumb")
        {
            return null;
        }

        try
        {
            _ = (Console.KeyAvailable, Console.WindowWidth);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or PlatformNotSupportedException)
        {
            return null;
        }

        return new WatchTerminal();
    }

    public ConsoleKeyInfo? Key() => Console.KeyAvailable ? Console.ReadKey(intercept: true) : null;

    public void Show(IReadOnlyList<string> lines)
    {
        (int, int) size = (Width, Height);
        var text = new StringBuilder();
        if (size != _size)
        {
            text.Append("\u001b[2J");
            (_size, _shown) = (size, []);
        }

        for (int i = 0; i < lines.Count; i++)
        {
            // Only lines that have changed: nothing flickers, and a slow line to another computer keeps up.
            if (i >= _shown.Count || !string.Equals(lines[i], _shown[i], StringComparison.Ordinal))
            {
                text.Append("\u001b[").Append(i + 1).Append(";1H").Append(lines[i]).Append("\u001b[K");
            }
        }

        _shown = lines;
        if (text.Length > 0)
        {
            Console.Out.Write(text.ToString());
        }
    }

    public void Dispose() => Console.Out.Write(Close);
}
