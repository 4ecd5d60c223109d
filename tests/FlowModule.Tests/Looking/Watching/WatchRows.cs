using FlowModule.Lookup.Watching;

namespace FlowModule.Tests.Looking.Watching;

/// <summary>Rows for tests, and a screen without colours on which each letter has one column.</summary>
internal static class WatchRows
{
    internal static readonly WatchScreen Plain = new(static text => text.Length, hasColours: false);

    internal static WatchRow Row(string name, StateType type = StateType.Running, int depth = 0, string? state = null, string? input = null, string? message = null) =>
        new(Guid.NewGuid(), depth, type, state ?? type.ToString(), TimeSpan.FromSeconds(1.5), "flow", name, input, message);

    /// <summary>The rows of a screen, without its frame and the blank lines below them.</summary>
    internal static string[] Rows(WatchModel model, int width = 60, int height = 10) =>
        [.. Plain.Draw(model, width, height).Skip(1).SkipLast(1).Where(static line => line.Length > 0)];
}
