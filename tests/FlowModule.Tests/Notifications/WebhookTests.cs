using System.Globalization;
using System.Text.Json;
using FlowModule.Engine.Schedules.Notifications;
using FlowModule.Scheduling.Notifications;
using FlowModule.Tests.Support;
using static FlowModule.Tests.Notifications.HookServer;

namespace FlowModule.Tests.Notifications;

/// <summary>Posts to a real service on this computer.</summary>
public sealed class WebhookTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_happened_is_posted_as_json()
    {
        using var server = new HookServer(Status(200));

        Assert.Empty(await Send(server, ChosenTime.WithoutLimits));

        HookRequest request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/hook"), (request.Method, request.Path));
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
        JsonElement body = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal("nightly", body.GetProperty("schedule").GetString());
        Assert.Equal("loaded 12 Größen", body.GetProperty("log")[0].GetString());
    }

    [Fact]
    public async Task What_the_service_cannot_take_now_is_posted_again()
    {
        using var server = new HookServer(Status(503), Status(503), Status(204));
        ChosenTime time = ChosenTime.WithoutLimits;

        Assert.Empty(await Send(server, time));

        Assert.Equal(3, server.Requests.Length);
        Assert.Single(server.Requests.Select(request => request.Body).Distinct());
        Assert.Collection(time.Waits, first => Assert.InRange(first.TotalSeconds, 1.6, 2.4), second => Assert.InRange(second.TotalSeconds, 3.2, 4.8));
    }

    [Fact]
    public async Task A_service_that_asks_for_time_gets_it()
    {
        var now = new DateTimeOffset(2027, 1, 31, 3, 0, 0, TimeSpan.Zero);
        using var server = new HookServer(
            Status(429, headers: ("Retry-After", "17")), Status(503, headers: ("Retry-After", now.AddSeconds(19).ToString("R", CultureInfo.InvariantCulture))), Status(200));
        ChosenTime time = ChosenTime.WithoutLimits;

        Assert.Empty(await Send(server, time));

        Assert.Equal([17, 19], time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task It_does_not_get_an_hour()
    {
        using var server = new HookServer(Status(429, headers: ("Retry-After", "3600")));

        string problem = Assert.Single(await Send(server, ChosenTime.WithoutLimits));

        Assert.Single(server.Requests);
        Assert.Equal(
            $"The notification 'POST http://127.0.0.1:{server.Address.Port}/...' did not arrive. It answered 429 Too Many Requests. "
            + "It asks to be tried again after 3600 seconds, and is waited for no longer than 300.", problem);
    }

    [Fact]
    public async Task It_is_given_up_after_six_attempts()
    {
        using var server = new HookServer(Status(500, "the database\nis gone"));
        ChosenTime time = ChosenTime.WithoutLimits;

        string problem = Assert.Single(await Send(server, time));

        Assert.Equal(6, server.Requests.Length);
        Assert.EndsWith("It answered 500 Internal Server Error: the database is gone. It was tried 6 times.", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(501)]
    public async Task What_the_service_will_never_take_is_posted_once(int status)
    {
        using var server = new HookServer(Status(status, "invalid_payload"));

        string problem = Assert.Single(await Send(server, ChosenTime.WithoutLimits));

        Assert.Single(server.Requests);
        Assert.EndsWith(": invalid_payload.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up()
    {
        using var server = new HookServer(answers: [null]);
        var time = new ChosenTime(due => due == TimeSpan.FromSeconds(30) ? server.WaitForRequest() : Task.CompletedTask);

        string problem = Assert.Single(await Send(server, time));

        Assert.Equal(6, server.Requests.Length);
        Assert.EndsWith("It took more than 30 seconds. It was tried 6 times.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_not_there_yet_is_waited_for()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        ChosenTime time = ChosenTime.WithoutLimits;

        string problem = Assert.Single(await Send(new WebhookNotification(address, new Dictionary<string, string>(), new Dictionary<string, string>()), time));

        Assert.Equal(5, time.Waits.Length);
        Assert.Contains("refused", problem, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("It was tried 6 times.", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_stopped_ends_at_once()
    {
        using var server = new HookServer(answers: [null]);
        using var stop = new CancellationTokenSource();
        Task<IReadOnlyList<string>> sending = Send(server, new ChosenTime(_ => ChosenTime.Never), stop: stop.Token);
        await server.WaitForRequest();

        await stop.CancelAsync();

        Assert.EndsWith("It was stopped.", Assert.Single(await sending), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_post_that_is_sent_on_stays_a_post(int status)
    {
        using var server = new HookServer(Status(status, headers: ("Location", "/other")), Status(200));

        Assert.Empty(await Send(server, ChosenTime.WithoutLimits, headers: new() { ["X-Token"] = "t" }));

        Assert.Equal(["POST /hook t", "POST /other t"], server.Requests.Select(request => $"{request.Method} {request.Path} {request.Headers["X-Token"]}"));
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    public async Task One_that_would_become_a_get_is_a_failure(int status)
    {
        using var server = new HookServer(Status(status, headers: ("Location", "/other")), Status(200));

        string problem = Assert.Single(await Send(server, ChosenTime.WithoutLimits));

        Assert.Single(server.Requests);
        Assert.Contains("give the address that it is to go to", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_service_gets_no_token()
    {
        using var other = new HookServer(Status(200));
        using var server = new HookServer(Status(307, headers: ("Location", other.Address.ToString())));

        Assert.Single(await Send(server, ChosenTime.WithoutLimits, headers: new() { ["X-Token"] = "t" }));

        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task It_does_not_go_in_circles()
    {
        using var server = new HookServer(Status(307, headers: ("Location", "/hook")));

        Assert.Single(await Send(server, ChosenTime.WithoutLimits));

        Assert.Equal(6, server.Requests.Length);
    }

    [Fact]
    public async Task A_token_is_read_when_it_is_needed()
    {
        string path = _folder.Write("token", "Bearer old\n");
        using var server = new HookServer(Status(503), Status(200));
        var time = new ChosenTime(due =>
        {
            if (due < TimeSpan.FromSeconds(30))
            {
                File.WriteAllText(path, "Bearer new\r\n");
                return Task.CompletedTask;
            }

            return ChosenTime.Never;
        });

        Assert.Empty(await Send(server, time, headerPaths: new() { ["Authorization"] = path }));

        Assert.Equal(["Bearer old", "Bearer new"], server.Requests.Select(request => request.Headers["Authorization"]));
    }

    [Theory]
    [InlineData("", "is empty.")]
    [InlineData("one\ntwo", "it must be one line of ASCII characters.")]
    [InlineData(null, "cannot be read: ")]
    public async Task A_token_that_cannot_be_read_is_told_and_not_shown(string? content, string why)
    {
        string path = content is null ? Path.Combine(_folder.FullPath, "none") : _folder.Write("token", content);
        using var server = new HookServer(Status(200));

        string problem = Assert.Single(await Send(server, ChosenTime.WithoutLimits, headerPaths: new() { ["Authorization"] = path }));

        Assert.Contains(why, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("one\n", problem, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task One_that_does_not_arrive_keeps_no_other_back()
    {
        using var dead = new HookServer(Status(404));
        using var server = new HookServer(Status(200));
        var none = new Dictionary<string, string>();

        IReadOnlyList<string> problems = await new FailureNotifier(ChosenTime.WithoutLimits).Send(
            [
                new WebhookNotification(dead.Address, none, none),
                new CommandNotification("/no/such/program", []),
                new MailNotification("localhost", port: 25, useSsl: false, "no address", ["x"], userName: null, passwordPath: null),
                new WebhookNotification(server.Address, none, none),
            ],
            Reports.Nightly, CancellationToken.None);

        Assert.Equal(3, problems.Count);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Without_any_there_is_nothing_to_do() => Assert.Empty(await new FailureNotifier(TimeProvider.System).Send([], Reports.Nightly, CancellationToken.None));

    private static Task<IReadOnlyList<string>> Send(
        HookServer server, TimeProvider time, Dictionary<string, string>? headers = null, Dictionary<string, string>? headerPaths = null, CancellationToken stop = default) =>
        Send(new WebhookNotification(server.Address, headers ?? [], headerPaths ?? []), time, stop);

    private static Task<IReadOnlyList<string>> Send(FlowNotification notification, TimeProvider time, CancellationToken stop = default) =>
        new FailureNotifier(time).Send([notification], Reports.Nightly, stop);
}
