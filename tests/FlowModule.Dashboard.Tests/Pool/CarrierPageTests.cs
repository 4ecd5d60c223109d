using System.Net;
using System.Text.RegularExpressions;
using FlowModule.Dashboard.Tests.Support;
using FlowModule.Storage.Tests.PostgreSql;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.Dashboard.Tests.Pool;

/// <summary>Hangfire's own dashboard, behind the gate of this one.</summary>
public sealed partial class CarrierPageTests : IDisposable
{
    private const string Delete = "/hangfire/jobs/enqueued/delete";

    private readonly TestFolder _folder = new();
    private string? _address;

    private string Address => _address ??= PostgreSqlServer.Instance.NewAddress();

    public void Dispose() => _folder.Dispose();

    [PostgreSqlFact]
    public async Task It_opens_with_the_token_of_the_dashboard_only()
    {
        using ServedDashboard dashboard = Start();
        using HttpResponseMessage stranger = await dashboard.Client.GetAsync(new Uri("/hangfire", UriKind.Relative));
        Assert.StartsWith("/sign-in", stranger.Headers.Location!.ToString(), StringComparison.Ordinal);

        await dashboard.SignedIn();
        using HttpResponseMessage answer = await dashboard.Client.GetAsync(new Uri("/hangfire", UriKind.Relative));
        string page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("/hangfire/jobs/enqueued", page, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using HttpResponseMessage script = await dashboard.Client.GetAsync(new Uri(Script().Match(page).Groups["link"].Value, UriKind.Relative));
        Assert.Equal("application/javascript", script.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, (await dashboard.Client.GetAsync(new Uri("/hangfire/nothing", UriKind.Relative))).StatusCode);
    }

    [PostgreSqlFact]
    public async Task What_changes_something_needs_the_proof_of_its_page_and_is_recorded()
    {
        using ServedDashboard dashboard = await Start().SignedIn();
        string proof = Proof().Match(await dashboard.Get("/hangfire/jobs/enqueued")).Groups["proof"].Value;

        Assert.Equal(HttpStatusCode.Forbidden, await Post(dashboard, Delete, "wrong"));
        Assert.Equal(HttpStatusCode.OK, await Post(dashboard, "/hangfire/stats", proof));
        Assert.Equal(HttpStatusCode.NoContent, await Post(dashboard, Delete, proof));

        string actions = await dashboard.Get("/actions");
        Assert.Contains("/jobs/enqueued/delete", actions, StringComparison.Ordinal);
        Assert.DoesNotContain("/stats", actions, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Read_only_shows_it_and_changes_nothing()
    {
        using ServedDashboard dashboard = await Start("--read-only").SignedIn();

        string page = await dashboard.Get("/hangfire/jobs/enqueued");

        string proof = Proof().Match(page).Groups["proof"].Value;
        Assert.Equal(HttpStatusCode.Forbidden, await Post(dashboard, Delete, proof));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(dashboard, Delete.ToUpperInvariant(), proof));

        // Its pages refresh their figures with it.
        Assert.DoesNotContain("data-pollinterval=\"2147483647\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await Post(dashboard, "/hangfire/stats", proof));
        Assert.Equal(HttpStatusCode.Forbidden, await Post(dashboard, "/hangfire/stats", "wrong"));
        Assert.DoesNotContain("/delete", await dashboard.Get("/actions"), StringComparison.OrdinalIgnoreCase);
    }

    [PostgreSqlFact]
    public async Task What_fails_half_way_is_recorded_and_is_no_outage_of_the_history_unless_it_is()
    {
        using ServedDashboard dashboard = await Start().SignedIn();
        string proof = Proof().Match(await dashboard.Get("/hangfire/jobs/enqueued")).Groups["proof"].Value;

        // Its ids are numbers.
        Assert.Equal(HttpStatusCode.InternalServerError, await Post(dashboard, Delete, proof, job: "no-number"));
        using HttpResponseMessage shown = await dashboard.Client.GetAsync(new Uri("/hangfire/jobs/details/no-number", UriKind.Relative));
        Assert.Equal(HttpStatusCode.InternalServerError, shown.StatusCode);
        string page = await shown.Content.ReadAsStringAsync();
        Assert.Contains("Hangfire has failed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be reached", page, StringComparison.Ordinal);

        PostgreSqlServer.Instance.Run($"DROP SCHEMA {Address.Split("schema=")[1]}_hangfire CASCADE");
        using HttpResponseMessage unavailable = await dashboard.Client.GetAsync(new Uri("/hangfire/jobs/enqueued", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unavailable.StatusCode);
        string actions = await dashboard.Get("/actions");
        Assert.Single(actions.Split("/jobs/enqueued/delete")[1..]);
        Assert.Contains("Failed: ", actions, StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", actions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_in_a_file_has_no_such_pages()
    {
        using ServedDashboard dashboard = await ServedDashboard.Start(_folder.Path).SignedIn();

        Assert.Contains("There is no such page.", await dashboard.Get("/hangfire"), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> Post(ServedDashboard dashboard, string link, string proof, string job = "1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, link) { Content = new FormUrlEncodedContent([new("jobs[]", job)]) };
        request.Headers.Add("Origin", dashboard.Origin.ToString().TrimEnd('/'));
        request.Headers.Add("X-Form-Token", proof);
        using HttpResponseMessage answer = await dashboard.Client.SendAsync(request);
        return answer.StatusCode;
    }

    [GeneratedRegex("<script src=\"(?<link>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Script();

    [GeneratedRegex("name=\"csrf-token\" content=\"(?<proof>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Proof();

    /// <summary>A dashboard over a history with a run.</summary>
    private ServedDashboard Start(params IEnumerable<string> arguments)
    {
        Assert.Equal(0, FlowProgram.Run(_folder.Path, "command", $"Invoke-Flow (New-Flow one {{ 1 }}) -HistoryPath '{Address}' | Out-Null").ExitCode);
        return ServedDashboard.Start(_folder.Path, ["--history-path", Address, .. arguments]);
    }
}
