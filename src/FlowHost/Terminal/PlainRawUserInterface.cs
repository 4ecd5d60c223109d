using System.Management.Automation.Host;

namespace FlowModule.FlowHost.Terminal;

/// <summary>The screen of a process without a terminal: a width for formatting, and nothing to read, position or colour.</summary>
internal sealed class PlainRawUserInterface : PSHostRawUserInterface
{
    // Wide enough that nothing is cut: the reader of a log cannot make the window wider and run the command again.
    private const int Width = 200;
    private const int Height = 50;

    // The default colour of a terminal, for which .NET has no name.
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
        // There is no keyboard.
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host: there is no screen.
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NoScreen();

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NoScreen();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NoScreen();

    private static HostException NoScreen() => new("There is no screen: the output of flow is a file or a pipe.");
}
