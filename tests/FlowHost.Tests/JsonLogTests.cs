using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

public sealed class JsonLogTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs a script with JSON lines, all of which must be whole.</summary>
    private JsonElement[] Run(string script, params string[] options)
    {
        FlowResult result = FlowProcess.Invoke(["run", .. options.Length > 0 ? options : ["--log-format", "json"], _folder.Add(script)]);
        return Read(result.Lines);
    }

    private static JsonElement[] Read(IEnumerable<string> lines) => [.. lines.Select(static line =>
    {
        using var json = JsonDocument.Parse(line);
        JsonElement element = json.RootElement.Clone();
        Assert.EndsWith("Z", Text(element, "timestamp"), StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse(Text(element, "timestamp"), CultureInfo.InvariantCulture, out _));
        Assert.Contains(Text(element, "level"), (string[])["Debug", "Verbose", "Information", "Warning", "Error"]);
        return element;
    })];

    private static bool Has(JsonElement line, string name) => line.TryGetProperty(name, out _);

    /// <summary>The text of a field; a dash if the line does not have it.</summary>
    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out JsonElement value) ? value.ToString() : "-";

    private static string[] Told(IEnumerable<JsonElement> lines, params string[] fields) =>
        [.. lines.Select(line => string.Join(' ', fields.Select(field => Text(line, field))))];

    [Fact]
    public void Every_stream_of_a_script_is_lines()
    {
        JsonElement[] lines = Run("""
            'output'
            [pscustomobject]@{ Name = 'a table' } | Format-Table -HideTableHeaders
            Write-Host 'in ' -NoNewline
            Write-Host "pieces`nand lines"
            Write-Warning 'careful'
            Write-Verbose 'detail' -Verbose
            Write-Debug 'trace' -Debug
            Write-Information 'shown' -InformationAction Continue
            Write-Progress -Activity 'Working' -PercentComplete 5
            Write-Error 'an error'
            [Console]::WriteLine('direct')
            $Host.UI.WriteLine('to the host')
            dotnet --nosuchoption 2>&1 | Out-Null
            "`e[31mred`e[0m"
            Write-Host 'no end' -NoNewline
            """);

        Assert.Equal(
            [
                "Information output", "Information a table", "Information in pieces\nand lines", "Warning careful", "Verbose detail", "Debug trace", "Information shown",
                "Error an error", "Information direct", "Information to the host", "Information red", "Information no end",
            ],
            Told(lines, "level", "message"));
    }

    [Fact]
    public void What_is_about_a_run_has_the_run()
    {
        JsonElement[] lines = Run("""
            New-Flow main {
                Invoke-FlowTask fetch { Write-Warning 'slow' } | Out-Null
                1..2 | Start-Subflow -Flow (New-Flow sub { if ($_ -eq 2) { throw 'bad' } }) -Parallel -ThrottleLimit 1
            } -RunName tonight | Invoke-Flow
            """);

        JsonElement main = lines.First(line => Text(line, "run") == "tonight");
        Assert.Equal(["main", "-", "-"], [Text(main, "flow"), Text(main, "task"), Text(main, "parent")]);
        Assert.Equal("Beginning flow run 'tonight' for flow 'main'...", Text(main, "message"));
        Assert.Equal(
            ["Warning fetch main tonight -"],
            Told(lines.Where(line => Text(line, "message").EndsWith("slow", StringComparison.Ordinal)), "level", "task", "flow", "parent", "state"));
        Assert.Equal(
            ["Information Running", "Information Completed", "Information Running", "Error Failed"],
            Told(lines.Where(line => Text(line, "flow") == "sub" && Has(line, "state")), "level", "state"));
        Assert.All(lines.Where(line => Text(line, "flow") == "sub"), line => Assert.Equal(["tonight", Text(main, "runId")], [Text(line, "parent"), Text(line, "parentId")]));
        JsonElement error = Assert.Single(lines, line => Has(line, "errorId") && Text(line, "flow") == "main");
        Assert.Equal(_folder.PathOf("test.ps1"), Text(lines.First(line => Text(line, "message").EndsWith("bad", StringComparison.Ordinal) && Has(line, "script")), "script"));
        Assert.Equal("Error", Text(error, "level"));
    }

    [Fact]
    public void The_error_that_ends_a_script_is_a_line_too()
    {
        JsonElement last = Run("'before'\nthrow 'the end'")[^1];

        Assert.Equal(["Error", "the end", "2"], [Text(last, "level"), Text(last, "message"), Text(last, "line")]);
    }

    [Theory]
    [InlineData("-LogFormat", "Json")]
    [InlineData("-logformat:json")]
    [InlineData("--log-format=JSON")]
    public void The_option_is_known_as_people_write_it(params string[] options) => Assert.Equal("hello", Text(Assert.Single(Run("'hello'", options)), "message"));

    [Theory]
    [InlineData("json", "{")]
    [InlineData("text", "hello")]
    [InlineData("", "hello")]
    public void The_environment_decides_without_the_option(string value, string start)
    {
        FlowResult result = FlowProcess.Invoke(["run", _folder.Add("'hello'")], new Dictionary<string, string?>(StringComparer.Ordinal) { ["FLOW_LOG_FORMAT"] = value });

        Assert.StartsWith(start, Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("serve")]
    public void Another_format_is_refused(string command)
    {
        FlowResult result = FlowProcess.Invoke([command, "--log-format", "xml", _folder.Add("'hello'")]);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("flow: 'xml' is no log format: it is text or json.", result.Error.Trim());
    }

    [Fact]
    public void Secrets_are_masked()
    {
        JsonElement[] lines = Run("""
            New-Flow main { param($Key) Write-Host "key $Key"; Write-Warning $Key; throw "no $Key" } -Secret Key | Invoke-Flow -Key hunter2
            """);

        Assert.DoesNotContain(lines, static line => line.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [UnixFact]
    public void A_scheduler_writes_lines_about_its_schedules()
    {
        Directory.CreateDirectory(_folder.PathOf("flows"));
        _folder.Add("#FlowSchedule -Every 00:00:01\n'done'\n", "flows/job.ps1");
        using FlowProcess serve = FlowProcess.Start("serve", _folder.PathOf("flows"), "-HistoryPath", _folder.PathOf("history.db"), "-LogFormat", "Json");
        serve.WaitForText("finished in state Completed");
        serve.Send(PosixSignal.SIGTERM);

        JsonElement[] lines = Read(serve.WaitForExit().Lines);
        Assert.Equal(["job"], lines.Select(line => Text(line, "schedule")).Where(static name => name != "-").Distinct());
        JsonElement line = lines.First(static line => Text(line, "state") == "Completed");
        Assert.Equal(["Information", "job", "Completed"], [Text(line, "level"), Text(line, "schedule"), Text(line, "state")]);
        Assert.True(Has(line, "scheduledTime"));
        Assert.StartsWith("Scheduled run of 'job'", Text(line, "message"), StringComparison.Ordinal);
    }
}
