using System.Net;
using System.Net.Http.Headers;
using FlowModule.Dashboard.Tests.Support;

namespace FlowModule.Dashboard.Tests;

public sealed class SecurityTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nobody_gets_in_without_the_token_and_the_token_leaves_the_address()
    {
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);

        using HttpResponseMessage stranger = await dashboard.Client.GetAsync(new Uri("/runs", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Redirect, stranger.StatusCode);
        Assert.StartsWith("/sign-in", stranger.Headers.Location!.ToString(), StringComparison.Ordinal);
        using HttpResponseMessage wrong = await dashboard.Client.GetAsync(new Uri("/runs?token=abcdefghijklmnopqrst", UriKind.Relative));
        Assert.StartsWith("/sign-in", wrong.Headers.Location!.ToString(), StringComparison.Ordinal);
        using HttpResponseMessage right = await dashboard.Client.GetAsync(new Uri($"/runs?state=Failed&token={Uri.EscapeDataString(dashboard.Token)}", UriKind.Relative));
        Assert.Equal("/runs?state=Failed", right.Headers.Location!.ToString());
        Assert.Contains("httponly", right.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        using HttpResponseMessage known = await dashboard.Client.GetAsync(new Uri("/runs", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    [Fact]
    public async Task A_cookie_that_was_changed_is_none()
    {
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        using HttpResponseMessage right = await dashboard.Client.GetAsync(dashboard.SignIn);
        string cookie = right.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        string forged = cookie.Replace("=" + Uri.EscapeDataString(Environment.UserName), "=admin", StringComparison.Ordinal);
        Assert.NotEqual(cookie, forged);

        using var other = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = dashboard.Origin };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/runs");
        request.Headers.Add("Cookie", forged);
        using HttpResponseMessage answer = await other.SendAsync(request);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    public void The_token_is_kept_in_a_file_that_only_its_owner_reads_and_stays_the_same()
    {
        string first, second;
        using (ServedDashboard dashboard = ServedDashboard.Start(_folder.Path))
        {
            first = dashboard.Token;
        }

        string file = _folder.History + ".dashboard/token";
        using (ServedDashboard dashboard = ServedDashboard.Start(_folder.Path))
        {
            second = dashboard.Token;
        }

        Assert.Equal(first, second);
        Assert.Equal(first, File.ReadAllText(file));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Theory]
    [InlineData("http://evil.example", null)]
    [InlineData(null, null)]
    [InlineData("SAME", "cross-site")]
    public async Task What_changes_something_has_to_come_from_a_page_of_the_dashboard(string? origin, string? site)
    {
        using ServedDashboard dashboard = await ServedDashboard.Start(_folder.Path).SignedIn();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-out");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "SAME" ? dashboard.Origin.ToString().TrimEnd('/') : origin);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        using HttpResponseMessage answer = await dashboard.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("does not come from a page", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_the_dashboard_has_not_made_is_refused()
    {
        using ServedDashboard dashboard = await ServedDashboard.Start(_folder.Path).SignedIn();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-out");
        request.Headers.Add("Origin", dashboard.Origin.ToString().TrimEnd('/'));

        using HttpResponseMessage answer = await dashboard.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("out of date", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_not_the_dashboards_is_refused()
    {
        using ServedDashboard dashboard = await ServedDashboard.Start(_folder.Path).SignedIn();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/runs");
        request.Headers.Host = "evil.example";

        using HttpResponseMessage answer = await dashboard.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Programs_come_in_with_the_token_as_bearer()
    {
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/runs");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", dashboard.Token);

        using HttpResponseMessage answer = await dashboard.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Each_answer_forbids_what_pages_do_not_need()
    {
        using ServedDashboard dashboard = await ServedDashboard.Start(_folder.Path).SignedIn();
        foreach (string link in (string[])["/runs", "/sign-in", "/nothing"])
        {
            using HttpResponseMessage answer = await dashboard.Client.GetAsync(new Uri(link, UriKind.Relative));
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task What_comes_from_runs_is_escaped()
    {
        SampleHistory.Write(_folder.Path);
        using ServedDashboard dashboard = await ServedDashboard.Start(_folder.Path).SignedIn();

        string list = await dashboard.Get("/runs");
        string link = new System.Text.RegularExpressions.Regex("/runs/[0-9a-f-]{36}", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, System.Text.RegularExpressions.Regex.InfiniteMatchTimeout).Match(list).Value;
        string page = await dashboard.Get(link);

        Assert.Contains("onerror=alert(1)", page, StringComparison.Ordinal);
        foreach (string text in (string[])[list, page])
        {
            Assert.DoesNotContain("<img src=x", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<svg onload", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<h1>not a heading", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', text);
        }
    }

    [Fact]
    public async Task Read_only_refuses_all_that_changes_something()
    {
        using ServedDashboard dashboard = await ServedDashboard.Start(_folder.Path, "--read-only").SignedIn();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/runs/{Guid.NewGuid()}/stop");
        request.Headers.Add("Origin", dashboard.Origin.ToString().TrimEnd('/'));

        using HttpResponseMessage answer = await dashboard.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("read-only", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--allow-remote", "--address", "0.0.0.0")]
    [InlineData("--insecure", "--address", "0.0.0.0")]
    [InlineData("--read-only", "--address", "::")]
    public void Other_computers_are_served_only_when_that_is_said_and_how(params string[] arguments)
    {
        (int exitCode, string output) = FlowProgram.Run(_folder.Path, ["ui", "--port", "0", .. arguments]);

        Assert.Equal(2, exitCode);
        Assert.Contains(arguments[0] == "--allow-remote" ? "--certificate" : "--allow-remote", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_whoever_has_started_it_ends_it_while_pages_listen()
    {
        using ServedDashboard dashboard = await ServedDashboard.Start(_folder.Path).SignedIn();
        using HttpResponseMessage events = await dashboard.Client.GetAsync(new Uri("/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        string error = dashboard.End();

        Assert.Equal(string.Empty, error);
    }
}
