using System.Net;
using System.Text.Json;
using FlowModule.Tests.Notifications;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Health;

/// <summary>A monitored scheduler.</summary>
public sealed class SchedulerTests : FlowTest
{
    [Fact]
    public async Task It_answers_and_keeps_its_file_until_it_ends()
    {
        Folder.Write("flows/new-year.ps1", "#FlowSchedule -Cron '0 3 1 1 *'\n'done'");
        string file = Path.Combine(Folder.FullPath, "health.json");
        int port = HookServer.FreePort();
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("folder", Folder.FullPath);
        Session.Set("port", port);
        using var http = new HttpClient();
        using (var scheduler = new RunningScript(Session, """
            Start-FlowScheduler "$folder/flows" -HealthPort $port -HealthPath "$folder/health.json" -HistoryPath "$folder/history.db" -InformationAction Continue 6>&1 |
                ForEach-Object { if (-not $seen) { $seen = $true; $gate.Arrive() } }
            """))
        {
            gate.WaitForArrivals();

            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://localhost:{port}/health/live"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(File.Exists(file));
            scheduler.Stop();
        }

        Assert.Equal("stopping", JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("status").GetString());
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://localhost:{port}/health/live")));
    }

    [Fact]
    public void A_file_that_cannot_be_is_refused_before_anything_is_served()
    {
        Session.Set("folder", Folder.FullPath);

        Assert.StartsWith(
            "FlowHealthFileNotWritten,",
            Run("Start-FlowScheduler $folder -HealthPath $folder/none/health.json -HistoryPath $folder/history.db").OnlyError.FullyQualifiedErrorId,
            StringComparison.Ordinal);
    }
}
