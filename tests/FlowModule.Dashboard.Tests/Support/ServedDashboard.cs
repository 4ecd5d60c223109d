using System.Diagnostics;
using System.Net;

namespace FlowModule.Dashboard.Tests.Support;

/// <summary>A real <c>flow ui</c>, and a client that is signed in.</summary>
internal sealed class ServedDashboard : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private ServedDashboard(Process process, Uri address, Task<string> error)
    {
        _process = process;
        _error = error;
        SignIn = address;
        Origin = new Uri(address.GetLeftPart(UriPartial.Authority));
        Token = Uri.UnescapeDataString(address.Query["?token=".Length..]);
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Origin };
    }

    /// <summary>The address that it has printed, with the token.</summary>
    internal Uri SignIn { get; }

    internal Uri Origin { get; }

    internal string Token { get; }

    internal HttpClient Client { get; }

    internal static ServedDashboard Start(string home, params IEnumerable<string> arguments)
    {
        Process process = FlowProgram.Start(home, ["ui", "--port", "0", .. arguments]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string? line = process.StandardOutput.ReadLine();
        if (line is null)
        {
            Assert.Fail(error.GetAwaiter().GetResult());
        }

        return new ServedDashboard(process, new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]), error);
    }

    /// <summary>Signs the client in.</summary>
    internal async Task<ServedDashboard> SignedIn()
    {
        using HttpResponseMessage response = await Client.GetAsync(SignIn);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return this;
    }

    internal async Task<string> Get(string link)
    {
        using HttpResponseMessage response = await Client.GetAsync(new Uri(link, UriKind.Relative));
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Ends it like closing its terminal; returns its standard error.</summary>
    internal string End()
    {
        _process.StandardInput.Close();
        if (!OperatingSystem.IsWindows())
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }

        Assert.True(_process.WaitForExit(FlowProgram.Patience), "flow ui did not end.");
        return _error.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
