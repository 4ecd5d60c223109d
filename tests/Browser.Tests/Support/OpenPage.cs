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

    /// <summary>What went wrong in it so far. A request that was given up, because a newer one took its place or the page was left, is no fault: htmx 2 tells of it twice.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            List<string> complaints = [.. _complaints];
            while (complaints.Find(IsGivenUp) is { } givenUp)
            {
                complaints.Remove(givenUp);
                if (complaints.Find(IsAfterRequest) is { } after)
                {
                    complaints.Remove(after);
                }
            }

            return complaints;
        }
    }

    private static bool IsGivenUp(string complaint) => complaint.StartsWith("htmx:sendAbort", StringComparison.Ordinal);

    private static bool IsAfterRequest(string complaint) => complaint.StartsWith("htmx:afterRequest", StringComparison.Ordinal);

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
