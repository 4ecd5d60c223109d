namespace FlowModule.Lookup.Watching;

/// <summary>What a key asks for beyond the screen itself.</summary>
internal enum WatchRequest
{
    None,
    Quit,
    OpenLog,
    Stop,
}

/// <summary>The keys of <c>Watch-FlowRun</c>: a model and a key make another model, and perhaps a request.</summary>
internal static class WatchKeys
{
    /// <param name="model">The screen before the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="page">How many rows the screen shows.</param>
    internal static (WatchModel Model, WatchRequest Request) Press(WatchModel model, ConsoleKeyInfo key, int page)
    {
        model = model with { Note = null };
        return model.Mode switch
        {
            WatchMode.Search => (Type(model, key), WatchRequest.None),
            WatchMode.Log => (Scroll(model, key, page), WatchRequest.None),
            WatchMode.Stop => (model with { Mode = WatchMode.Tree }, key.KeyChar is 'y' or 'Y' ? WatchRequest.Stop : WatchRequest.None),
            _ => InTree(model, key, page),
        };
    }

    private static (WatchModel, WatchRequest) InTree(WatchModel model, ConsoleKeyInfo key, int page) => key switch
    {
        { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' } => (Move(model, -1), WatchRequest.None),
        { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' } => (Move(model, 1), WatchRequest.None),
        { Key: ConsoleKey.PageUp } => (Move(model, -page), WatchRequest.None),
        { Key: ConsoleKey.PageDown } => (Move(model, page), WatchRequest.None),
        { Key: ConsoleKey.Home } => (Move(model, -model.Rows.Count), WatchRequest.None),
        { Key: ConsoleKey.End } => (Move(model, model.Rows.Count), WatchRequest.None),
        { KeyChar: 'f' or 'F' } => ((model with { Filter = (WatchFilter)(((int)model.Filter + 1) % 3) }).WithChoiceThatIsFound(), WatchRequest.None),
        { KeyChar: '/' } => (model with { Mode = WatchMode.Search }, WatchRequest.None),
        { Key: ConsoleKey.Enter } or { KeyChar: 'l' or 'L' } when model.Chosen is { } row =>
            (model with { Mode = WatchMode.Log, Selected = row.Id, Log = [], LogBelow = 0 }, WatchRequest.OpenLog),
        { KeyChar: 's' or 'S' } => (AskToStop(model), WatchRequest.None),
        { Key: ConsoleKey.Escape } when model.Text.Length > 0 || model.Filter != WatchFilter.All => (model with { Text = string.Empty, Filter = WatchFilter.All }, WatchRequest.None),
        { KeyChar: 'q' or 'Q' } or { Key: ConsoleKey.Escape } => (model, WatchRequest.Quit),
        _ => (model, WatchRequest.None),
    };

    private static WatchModel Move(WatchModel model, int by)
    {
        IReadOnlyList<WatchRow> shown = model.Shown;
        if (shown.Count == 0)
        {
            return model;
        }

        int now = Math.Max(0, shown.ToList().FindIndex(row => row.Id == model.Selected));
        return model with { Selected = shown[Math.Clamp(now + by, 0, shown.Count - 1)].Id };
    }

    private static WatchModel AskToStop(WatchModel model) => model.Chosen switch
    {
        null => model,
        { IsFinal: true } row => model with { Note = $"{row.What} '{row.Name}' has ended." },
        { } row => model with { Mode = WatchMode.Stop, Selected = row.Id },
    };

    private static WatchModel Type(WatchModel model, ConsoleKeyInfo key) => key switch
    {
        { Key: ConsoleKey.Enter } => model with { Mode = WatchMode.Tree },
        { Key: ConsoleKey.Escape } => model with { Mode = WatchMode.Tree, Text = string.Empty },
        { Key: ConsoleKey.Backspace } => (model with { Text = model.Text.Length > 0 ? model.Text[..^1] : string.Empty }).WithChoiceThatIsFound(),
        { KeyChar: >= ' ' } => (model with { Text = model.Text + key.KeyChar }).WithChoiceThatIsFound(),
        _ => model,
    };

    private static WatchModel Scroll(WatchModel model, ConsoleKeyInfo key, int page) => key switch
    {
        { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' } => Scroll(model, 1, page),
        { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' } => Scroll(model, -1, page),
        { Key: ConsoleKey.PageUp } => Scroll(model, page, page),
        { Key: ConsoleKey.PageDown } => Scroll(model, -page, page),
        { Key: ConsoleKey.Home } => Scroll(model, model.Log.Count, page),
        { Key: ConsoleKey.End } => Scroll(model, -model.Log.Count, page),
        { Key: ConsoleKey.Escape or ConsoleKey.Enter or ConsoleKey.LeftArrow } or { KeyChar: 'q' or 'Q' or 'l' or 'L' } => model with { Mode = WatchMode.Tree, Log = [] },
        _ => model,
    };

    private static WatchModel Scroll(WatchModel model, int by, int page) =>
        model with { LogBelow = Math.Clamp(model.LogBelow + by, 0, Math.Max(0, model.Log.Count - page)) };
}
