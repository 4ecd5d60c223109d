using System.Management.Automation.Host;

namespace FlowModule.FlowHost.Terminal;

/// <summary>The screen and keyboard of PowerShell's host, with key reads that end when the script must stop.</summary>
/// <param name="ui">PowerShell's own interface.</param>
/// <param name="stopping">Cancelled when the script must stop.</param>
internal sealed class AttendedRawUserInterface(PSHostRawUserInterface ui, CancellationToken stopping) : PSHostRawUserInterface
{
    public override ConsoleColor ForegroundColor
    {
        get => ui.ForegroundColor;
        set => ui.ForegroundColor = value;
    }

    public override ConsoleColor BackgroundColor
    {
        get => ui.BackgroundColor;
        set => ui.BackgroundColor = value;
    }

    public override Size BufferSize
    {
        get => ui.BufferSize;
        set => ui.BufferSize = value;
    }

    public override Size WindowSize
    {
        get => ui.WindowSize;
        set => ui.WindowSize = value;
    }

    public override Coordinates WindowPosition
    {
        get => ui.WindowPosition;
        set => ui.WindowPosition = value;
    }

    public override Coordinates CursorPosition
    {
        get => ui.CursorPosition;
        set => ui.CursorPosition = value;
    }

    public override int CursorSize
    {
        get => ui.CursorSize;
        set => ui.CursorSize = value;
    }

    public override string WindowTitle
    {
        get => ui.WindowTitle;
        set => ui.WindowTitle = value;
    }

    public override Size MaxWindowSize => ui.MaxWindowSize;

    public override Size MaxPhysicalWindowSize => ui.MaxPhysicalWindowSize;

    public override bool KeyAvailable => ui.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options) => Answer.Wait(() => ui.ReadKey(options), stopping);

    public override void FlushInputBuffer() => ui.FlushInputBuffer();

    public override int LengthInBufferCells(string source) => ui.LengthInBufferCells(source);

    public override int LengthInBufferCells(string source, int offset) => ui.LengthInBufferCells(source, offset);

    public override int LengthInBufferCells(char source) => ui.LengthInBufferCells(source);

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => ui.SetBufferContents(origin, contents);

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => ui.SetBufferContents(rectangle, fill);

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => ui.GetBufferContents(rectangle);

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        ui.ScrollBufferContents(source, destination, clip, fill);
}
