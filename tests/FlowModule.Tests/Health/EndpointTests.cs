using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FlowModule.Engine.Schedules.Health;
using FlowModule.Scheduling.Health;
using FlowModule.Tests.Notifications;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Health;

/// <summary>Requests the health of a scheduler over real HTTP.</summary>
public sealed class EndpointTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeHealth _health = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _http = new();
    private readonly int _port = HookServer.FreePort();
    private readonly HealthEndpoint _endpoint;

    public EndpointTests() => _endpoint = HealthEndpoint.Listen(_port, HealthEndpoint.LocalAddress, _health, _time);

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
        HealthException error = Assert.Throws<HealthException>(() => HealthEndpoint.Listen(_port, HealthEndpoint.LocalAddress, _health, _time));

        Assert.Equal("FlowHealthPortUnavailable", HealthErrors.ToError(error).ErrorRecord.FullyQualifiedErrorId);
        Assert.Contains($"{_port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_was_left_is_free()
    {
        _endpoint.Dispose();

        using HealthEndpoint again = HealthEndpoint.Listen(_port, "+", _health, _time);
        using HttpResponseMessage answer = await Get("/health");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>A request whose headers come in pieces, slowly, but within the time limit.</summary>
    [Fact]
    public async Task One_that_takes_its_time_is_answered()
    {
        using TcpClient slow = await Begin();
        await End(slow);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await new StreamReader(slow.GetStream()).ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_end_its_request_in_time_is_hung_up_on()
    {
        using TcpClient slow = await Begin();
        Assert.True(SpinWait.SpinUntil(() => _endpoint.Connections == 1, Patience));

        _time.Advance(HealthConnections.Limit);

        Assert.True(await IsHungUpOn(slow));
        Assert.True(SpinWait.SpinUntil(() => _endpoint.Connections == 0, Patience));
    }

    /// <summary>Connections use handles of the process that must start scripts. Clients that send a request at once are still answered.</summary>
    [Fact]
    public async Task No_more_are_connected_than_may_and_the_first_have_to_go()
    {
        const int TooMany = 10;
        TcpClient[] silent = [.. await Task.WhenAll(Enumerable.Range(0, TooMany).Select(_ => Begin()))];
        Assert.True(SpinWait.SpinUntil(() => _endpoint.Connections == TooMany, Patience));
        TcpClient[] others = [.. await Task.WhenAll(Enumerable.Range(0, HealthConnections.Most - 1).Select(_ => Begin()))];
        try
        {
            using HttpResponseMessage answer = await Get("/health");

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.All(await Task.WhenAll(silent.Select(IsHungUpOn)), Assert.True);
            Assert.InRange(_endpoint.Connections, 0, HealthConnections.Most);
            await End(others[^1]);
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", await new StreamReader(others[^1].GetStream()).ReadToEndAsync(), StringComparison.Ordinal);
        }
        finally
        {
            Array.ForEach([.. silent, .. others], static client => client.Dispose());
        }
    }

    [Theory]
    [InlineData("GET /health HTTP/1.1\r\nX: ", 8 * 1024, 431)]
    [InlineData("POST /health HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n", 1_000_000, 405)]
    [InlineData("GET /health HTTP/1.0\n\n", 0, 200)]
    [InlineData("GET http://anywhere:1/health/live?x=1 HTTP/1.1\r\n\r\n", 0, 200)]
    [InlineData("GET /health\r\n\r\n", 0, 400)]
    [InlineData("\r\n\r\n", 0, 400)]
    [InlineData("get /health HTTP/1.1\r\n\r\n", 0, 400)]
    [InlineData("GET //// HTTP/1.1\r\n\r\n", 0, 400)]
    public async Task Whatever_is_asked_has_an_answer_and_an_end(string head, int rest, int status)
    {
        using var client = new TcpClient("127.0.0.1", _port);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(head + new string('x', rest)));

        Assert.StartsWith($"HTTP/1.1 {status} ", await new StreamReader(client.GetStream()).ReadToEndAsync(), StringComparison.Ordinal);
    }

    /// <summary>Connects, and sends the beginning of a request.</summary>
    private async Task<TcpClient> Begin()
    {
        var client = new TcpClient("127.0.0.1", _port);
        await client.GetStream().WriteAsync("GET /health HTTP/1.1\r\nHost: loc"u8.ToArray());
        return client;
    }

    private static Task End(TcpClient client) => client.GetStream().WriteAsync("alhost\r\n\r\n"u8.ToArray()).AsTask();

    private static async Task<bool> IsHungUpOn(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private Task<HttpResponseMessage> Get(string path) => _http.GetAsync(new Uri($"http://127.0.0.1:{_port}{path}"));

    private static async Task<JsonElement> Body(HttpResponseMessage answer) => JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
