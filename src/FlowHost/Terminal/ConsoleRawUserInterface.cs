using System.Management.Automation.Host;

namespace FlowModule.FlowHost.Terminal;

/// <summary>The terminal's cells, as far as scripts use them: size, colours, cursor, keys. Screen contents cannot be read back.</summary>
internal sealed class ConsoleRawUserInterface(ConsoleOutput output, ConsoleInput input) : PSHostRawUserInterface
{
    /// <summary>What output that is no terminal is formatted for.</summary>
    private const int DefaultWidth = 120;
    private const int DefaultHeight = 50;

    /// <summary>The colour that the terminal has by itself, which .NET does not know.</summary>
    internal const ConsoleColor TerminalDefault = (ConsoleColor)(-1);

    public override ConsoleColor ForegroundColor { get; set; } = TerminalDefault;

    public override ConsoleColor BackgroundColor { get; set; } = TerminalDefault;

    public override Size BufferSize
    {
        get => WindowSize;
        set => WindowSize = value;
    }

    public override Size WindowSize
    {
        get
        {
            // A terminal may report no size (a pseudo terminal that nobody has sized).
            int width = output.OutputIsTerminal ? Console.WindowWidth : 0;
            int height = output.OutputIsTerminal ? Console.WindowHeight : 0;
            return new Size(width > 0 ? width : DefaultWidth, height > 0 ? height : DefaultHeight);
        }

        set
        {
            if (OperatingSystem.IsWindows() && output.OutputIsTerminal)
            {
                Console.SetWindowSize(value.Width, value.Height);
            }
        }
    }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override Coordinates WindowPosition { get; set; }

    public override Coordinates CursorPosition
    {
        get => output.OutputIsTerminal && !Console.IsInputRedirected ? new Coordinates(Console.CursorLeft, Console.CursorTop) : default;
        set
        {
            if (output.OutputIsTerminal)
            {
                Console.SetCursorPosition(value.X, value.Y);
            }
        }
    }

    public override int CursorSize { get; set; } = 25;

    public override string WindowTitle
    {
        get => OperatingSystem.IsWindows() ? Console.Title : string.Empty;
        set
        {
            if (output.OutputIsTerminal)
            {
                Console.Title = value;
            }
        }
    }

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        ConsoleKeyInfo key = input.ReadKey(options.HasFlag(ReadKeyOptions.NoEcho));
        ControlKeyStates states = default;
        if (key.Modifiers.HasFlag(ConsoleModifiers.Alt))
        {
            states |= ControlKeyStates.LeftAltPressed;
        }

        if (key.Modifiers.HasFlag(ConsoleModifiers.Control))
        {
            states |= ControlKeyStates.LeftCtrlPressed;
        }

        if (key.Modifiers.HasFlag(ConsoleModifiers.Shift))
        {
            states |= ControlKeyStates.ShiftPressed;
        }

        return new KeyInfo((int)key.Key, key.KeyChar, states, keyDown: options.HasFlag(ReadKeyOptions.IncludeKeyDown));
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // The one use that scripts have for it: Clear-Host fills the whole screen, given as -1 on all sides.
        if (output.OutputIsTerminal && rectangle is { Left: -1, Top: -1, Right: -1, Bottom: -1 })
        {
            Console.Clear();
        }
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NoScreenBuffer();

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NoScreenBuffer();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NoScreenBuffer();

    private static HostException NoScreenBuffer() => new("flow does not read or rewrite the contents of the terminal's screen.");
}
