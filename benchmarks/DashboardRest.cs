using System.Diagnostics;
using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>What a dashboard costs while nothing happens, and how often an open page hears of changes.</summary>
internal static class DashboardRest
{
    internal static void Measure(Table table, Process server, HttpClient client, LargeHistory history, TimeSpan span)
    {
        Settle(server);
        Add(table, "no page is open", Spent(server, span), limit: 0.2);
        using HttpResponseMessage events = client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).GetAwaiter().GetResult();
        using var reader = new StreamReader(events.Content.ReadAsStream());
        int changes = 0;
        var listening = new Thread(() =>
        {
            try
            {
                while (reader.ReadLine() is { } line)
                {
                    if (line == "event: changed")
                    {
                        Interlocked.Increment(ref changes);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The server has ended, or nobody listens any more.
            }
        })
        { IsBackground = true };
        listening.Start();
        Settle(server);
        Add(table, "a page is open and nothing changes", Spent(server, span), limit: 1);

        Interlocked.Exchange(ref changes, 0);
        int written = history.WriteFor(span);
        double rate = changes / span.TotalSeconds;
        table.Add(
            "dashboard: times that an open page is told of changes", $"{rate.ToString("0.0", CultureInfo.InvariantCulture)} a second", $"{written} runs were written meanwhile", asked: "<= 1 a second", holds: changes <= span.TotalSeconds + 1);
    }

    private static void Add(Table table, string when, double percent, double limit) => table.Add(
        $"dashboard: processor while {when}", $"{percent.ToString("0.00", CultureInfo.InvariantCulture)} %", "of one core", asked: $"<= {limit.ToString(CultureInfo.InvariantCulture)} %", holds: percent <= limit);

    /// <summary>Waits until the server is at rest: after work, .NET still compiles methods that were called often.</summary>
    private static void Settle(Process server)
    {
        for (int i = 0; i < 30 && Spent(server, TimeSpan.FromSeconds(1)) > 1; i++)
        {
        }
    }

    private static double Spent(Process server, TimeSpan span)
    {
        server.Refresh();
        TimeSpan before = server.TotalProcessorTime;
        Thread.Sleep(span);
        server.Refresh();
        return (server.TotalProcessorTime - before) / span * 100;
    }
}
