using System.Management.Automation.Host;

namespace FlowModule.FlowHost.Terminal;

/// <summary>The screen of a process that has none: a width to format for, and nothing to read, place or colour.</summary>
internal sealed class PlainRawUserInterface : PSHostRawUserInterface
{
    // Nothing is cut that a line of a file can hold: whoever reads a log cannot make the window wider, and ask again.
    private const int Width = 200;
    private const int Height = 50;

    // The colour that a terminal has by itself, which .NET has no name for.
    private const ConsoleColor TerminalDefault = (ConsoleColor)(-1);

    public override ConsoleColor ForegroundColor { get; set; } = TerminalDefault;

    public override ConsoleColor BackgroundColor { get; set; } = TerminalDefault;

    public override Size BufferSize { get; set; } = new(Width, Height);

    public override Size WindowSize
    {
        get => BufferSize;
        set => BufferSize = value;
    }

    public override Size MaxWindowSize => BufferSize;

    public override Size MaxPhysicalWindowSize => BufferSize;

    public override Coordinates WindowPosition { get; set; }

    public override Coordinates CursorPosition { get; set; }

    public override int CursorSize { get; set; } = 25;

    public override string WindowTitle { get; set; } = string.Empty;

    public override bool KeyAvailable => false;

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw PlainUserInterface.NobodyAnswers("Reading a key");

    public override void FlushInputBuffer()
    {
        // No keys wait.
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host: there is no screen to clear.
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NoScreen();

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NoScreen();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NoScreen();

    private static HostException NoScreen() => new("There is no screen: the output of flow is a file or a pipe.");
}
