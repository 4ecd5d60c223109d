using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FlowModule.Engine;
using FlowModule.Hosting.Scheduling;
using FlowModule.Tests.Notifications;

namespace FlowModule.Tests.Health;

/// <summary>Asks a scheduler how it fares, over real HTTP.</summary>
public sealed class EndpointTests : IDisposable
{
    private readonly FakeHealth _health = new();
    private readonly HttpClient _http = new();
    private readonly int _port = HookServer.FreePort();
    private readonly HealthEndpoint _endpoint;

    public EndpointTests() => _endpoint = HealthEndpoint.Listen(_port, HealthEndpoint.LocalAddress, _health);

    public void Dispose()
    {
        _endpoint.Dispose();
        _http.Dispose();
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task One_that_fares_well_says_so(string host)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri($"http://{host}:{_port}/health"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        JsonElement report = await Body(answer);
        Assert.Equal("ok", report.GetProperty("status").GetString());
        Assert.Equal(12, report.GetProperty("schedules").GetInt32());
        Assert.Equal(2, report.GetProperty("running").GetInt32());
        Assert.Equal(FakeHealth.Time.AddMinutes(1), report.GetProperty("nextRun").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("lastError").ValueKind);
    }

    [Theory]
    [InlineData(nameof(HealthStatus.Ok), 1, "ok", 200, 200)]
    [InlineData(nameof(HealthStatus.Ok), 30, "ok", 200, 200)]
    [InlineData(nameof(HealthStatus.Ok), 31, "stalled", 503, 503)]
    [InlineData(nameof(HealthStatus.Degraded), 1, "degraded", 503, 200)]
    [InlineData(nameof(HealthStatus.Stopping), 1, "stopping", 503, 200)]
    public async Task Whoever_looks_after_it_knows_what_to_do(string status, int age, string told, int health, int live)
    {
        _health.Report = _health.Report with { Status = Enum.Parse<HealthStatus>(status), Heartbeat = FakeHealth.Time.AddSeconds(-age), LastError = "odd \"text\"" };

        using HttpResponseMessage answer = await Get("/health");
        using HttpResponseMessage alive = await Get("/health/live");

        Assert.Equal((health, live), ((int)answer.StatusCode, (int)alive.StatusCode));
        Assert.Equal(told, (await Body(answer)).GetProperty("status").GetString());
        Assert.Equal("odd \"text\"", (await Body(alive)).GetProperty("lastError").GetString());
    }

    [Fact]
    public async Task Nothing_else_is_there()
    {
        using HttpResponseMessage root = await Get("/");
        using HttpResponseMessage post = await _http.PostAsync(new Uri($"http://localhost:{_port}/health"), content: null);
        using HttpResponseMessage head = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri($"http://localhost:{_port}/health")));

        Assert.Equal(HttpStatusCode.NotFound, root.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task One_that_talks_nonsense_keeps_no_other_back()
    {
        using var odd = new TcpClient("127.0.0.1", _port);
        await odd.GetStream().WriteAsync("GET\r\n\r\n\0\0"u8.ToArray());

        using HttpResponseMessage answer = await Get("/health");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public void A_port_that_is_taken_is_one_clear_error()
    {
        FlowException error = Assert.Throws<FlowException>(() => HealthEndpoint.Listen(_port, HealthEndpoint.LocalAddress, _health));

        Assert.Equal("FlowHealthPortUnavailable", error.ErrorRecord.FullyQualifiedErrorId);
        Assert.Contains($"{_port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_was_left_is_free()
    {
        _endpoint.Dispose();

        using HealthEndpoint again = HealthEndpoint.Listen(_port, "+", _health);
        using HttpResponseMessage answer = await Get("/health");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private Task<HttpResponseMessage> Get(string path) => _http.GetAsync(new Uri($"http://127.0.0.1:{_port}{path}"));

    private static async Task<JsonElement> Body(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
