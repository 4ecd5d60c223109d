using System.Diagnostics;
using System.Runtime.Versioning;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Which of the module's files others can read and write, and which of theirs are used: real processes, with a umask of 000.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivacyTests : IDisposable
{
    private const string Record = "New-Flow f { Write-Warning 'ran' } | Invoke-Flow; ";

    private readonly string _folder = Directory.CreateTempSubdirectory("flow-privacy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name);

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>Runs flow with a umask of 000.</summary>
    private static FlowResult Run(IReadOnlyDictionary<string, string?> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "umask 000; exec \"$0\" \"$@\"", "dotnet", FlowProcess.FlowDll, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new FlowResult(process.ExitCode, output.Split('\n'), errors.GetAwaiter().GetResult());
    }

    private Dictionary<string, string?> Home(string? mode = null, string? shared = null) =>
        new(StringComparer.Ordinal) { ["FLOW_HOME"] = PathOf("home/flow"), ["FLOW_HISTORY"] = mode, ["FLOW_SHARED_FOLDERS"] = shared };

    [UnixFact]
    public void All_that_is_made_is_the_user_s_alone_whatever_the_umask_says()
    {
        string script = Write("a.ps1", Record + """
            Start-Subflow { 1 } -Isolation Process | Receive-FlowResult
            Get-ChildItem $env:FLOW_HOME -Recurse -Force | ForEach-Object FullName
            """);
        string schedule = Write("b.ps1", "'scheduled'");

        FlowResult result = Run(Home(), "run", script);
        FlowResult registered = Run(Home(), "command", $"Register-FlowSchedule '{schedule}' (New-FlowSchedule -Daily -At 03:00) -Using Scheduler; (Invoke-FlowSchedule b).State");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("history.db-wal", result.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (registered.ExitCode, registered.Error));
        string[] made = [PathOf("home"), .. Directory.GetFileSystemEntries(PathOf("home"), "*", SearchOption.AllDirectories)];
        Assert.All(["history.db", "b.json", "b.log"], name => Assert.Contains(made, path => Path.GetFileName(path) == name));
        Assert.All(made, path => Assert.Equal(
            Directory.Exists(path) ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute : UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
    }

    [UnixFact]
    public void A_history_of_the_user_s_that_others_could_read_is_made_private()
    {
        string script = Write("a.ps1", Record);
        Assert.Equal(0, Run(Home(), "run", script).ExitCode);
        string file = PathOf("home/flow/history.db");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        FlowResult again = Run(Home(), "command", $"{Record} (Get-FlowRun).Count");

        Assert.Contains("\n2\n", again.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [UnixTheory]
    [InlineData("home/flow", "Other users can write to the folder")]
    [InlineData("home/flow/history.db", "Other users can write to the file")]
    public void A_history_that_others_can_write_is_not_used(string what, string why)
    {
        string script = Write("a.ps1", Record);
        Assert.Equal(0, Run(Home(), "run", script).ExitCode);
        File.SetUnixFileMode(PathOf(what), (UnixFileMode)0x1FF);

        FlowResult refused = Run(Home(), "run", script);
        FlowResult required = Run(Home("required"), "run", script);
        FlowResult looked = Run(Home(), "command", "(Get-FlowRun).Count");
        FlowResult shared = Run(Home(shared: PathOf("home")), "command", "(Get-FlowRun).Count");

        Assert.Equal(0, refused.ExitCode);
        Assert.Contains(why, refused.Output, StringComparison.Ordinal);
        Assert.Contains("WARNING: ran", refused.Output, StringComparison.Ordinal);
        Assert.Equal(2, required.ExitCode);
        Assert.DoesNotContain("WARNING: ran", required.Output, StringComparison.Ordinal);
        Assert.Contains(why, looked.Output + looked.Error, StringComparison.Ordinal);
        Assert.Equal("1\n", shared.Output);
    }

    /// <summary>In /tmp everybody can create files but not replace those of others: a file with the history's name may belong to anybody.</summary>
    [RootFact]
    public void What_another_user_has_put_there_is_not_used()
    {
        string script = Write("a.ps1", Record);
        foreach (string name in new[] { "history.db", "history.db-wal", "history.db.processes/x" })
        {
            Directory.CreateDirectory(PathOf("home/flow"));
            File.SetUnixFileMode(PathOf("home/flow"), (UnixFileMode)0x3FF);
            Write("home/flow/" + name, string.Empty);
            string others = PathOf("home/flow/" + name.Split('/')[0]);
            using (Process chown = Process.Start("chown", ["-R", "65534", others]))
            {
                chown.WaitForExit();
            }

            Assert.Contains($"'{others}' belongs to another user", Run(Home(), "run", script).Output, StringComparison.Ordinal);
            Directory.Delete(PathOf("home"), recursive: true);
        }
    }

    [UnixFact]
    public void Scripts_and_registrations_that_others_can_write_are_not_served()
    {
        Write("served/a.ps1", "#FlowSchedule -Every 00:00:01\nSet-Content $PSScriptRoot/../ran 1");
        File.SetUnixFileMode(PathOf("served"), (UnixFileMode)0x1FF);
        string registration = Write("home/flow/schedules/x.json", "{}");
        File.SetUnixFileMode(registration, (UnixFileMode)0x1B6);

        FlowResult served = Run(Home(), "serve", PathOf("served"));
        FlowResult invoked = Run(Home(), "scheduled", "x");

        Assert.Equal(2, served.ExitCode);
        Assert.Contains("Other users can write to the folder", served.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("ran")));
        Assert.Equal(2, invoked.ExitCode);
        Assert.Contains("Other users can write to the file", invoked.Error, StringComparison.Ordinal);
    }
}
