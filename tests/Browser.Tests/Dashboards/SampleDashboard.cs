using Browser.Tests.Support;
using FlowModule.Dashboard.Tests.Support;

namespace Browser.Tests.Dashboards;

/// <summary>One dashboard over a sample history, for tests that change nothing.</summary>
public sealed class SampleDashboard : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _folder = new();

    internal ServedDashboard Served { get; private set; } = null!;

    public Task InitializeAsync()
    {
        if (Chromium.Path is not null)
        {
            SampleHistory.Write(_folder.Path);
            Served = ServedDashboard.Start(_folder.Path);
        }

        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        Served?.Dispose();
        _folder.Dispose();
    }
}
