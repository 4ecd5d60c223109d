using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Browser.Tests.Support;

/// <summary>A page in the browser, with what it has complained of: errors, warnings, and all that it wanted to load from elsewhere.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();

    internal OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Dialog += (_, dialog) =>
        {
            _complaints.Enqueue("a dialog: " + dialog.Message);
            _ = dialog.DismissAsync();
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>What went wrong in it so far.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
