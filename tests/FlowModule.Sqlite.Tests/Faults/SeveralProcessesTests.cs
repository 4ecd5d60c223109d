using System.Diagnostics;
using System.Reflection;
using FlowModule.Engine.History;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests.Faults;

public sealed class SeveralProcessesTests
{
    private const int Processes = 8;
    private const int Runs = 500;

    private static readonly string FlowHost = typeof(SeveralProcessesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == nameof(FlowHost)).Value!;

    [Fact]
    public void EightFlowsOfFiveHundredSubflowsLoseNothingAndNobodyWaitsInVain()
    {
        using var file = new TestFile();
        string script = Path.Combine(file.Folder, "script.ps1");
        File.WriteAllText(
            script,
            $$"""
            $sub = New-Flow sub { Write-Warning "warned by $($FlowRun.Name)" }
            New-Flow main { 1..{{Runs}} | Start-Subflow $sub -Parallel -ThrottleLimit 4 -WarningAction SilentlyContinue | Out-Null } | Invoke-Flow | Out-Null
            """);

        Process[] processes = [.. Enumerable.Range(0, Processes).Select(_ => StartFlow(file.Folder, script))];
        Task<string>[] outputs = [.. processes.SelectMany(process => new[] { process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync() })];
        foreach (Process process in processes)
        {
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), "flow does not end.");
        }

        string output = string.Join('\n', outputs.Select(task => task.GetAwaiter().GetResult()));
        Assert.DoesNotContain("lock", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("history", output, StringComparison.OrdinalIgnoreCase);
        Assert.All(processes, process => Assert.Equal(0, process.ExitCode));
        Array.ForEach(processes, process => process.Dispose());
        Assert.Equal(Processes, file.Ask("SELECT count(*) FROM run WHERE parent IS NULL"));
        Assert.Equal(Processes * (Runs + 1), file.Ask($"SELECT count(*) FROM run WHERE over = 1 AND type = {(int)StateType.Completed}"));
        Assert.Equal(2 * Processes * (Runs + 1), file.Ask("SELECT count(*) FROM state"));
        Assert.Equal(Processes * Runs, file.Ask("SELECT count(*) FROM log JOIN run ON run.id = log.run WHERE log.message = 'warned by ' || run.name"));
        FileCheck.IsSound(file.Path, []);
    }

    [Fact]
    public void ProcessesThatOpenAFileAtTheSameMomentMakeItOnce()
    {
        for (int round = 0; round < 3; round++)
        {
            using var file = new TestFile();
            WritingProcess[] processes = [.. Enumerable.Range(0, Processes).Select(_ => new WritingProcess(file.Path, count: 20))];
            try
            {
                Array.ForEach(processes, process => process.UntilReady());
                Array.ForEach(processes, process => process.Go());

                Assert.All(processes, process => Assert.Equal(string.Empty, process.WaitForExit()));
                Assert.All(processes, process => Assert.Equal(20, process.Ended.Count));
                FileCheck.IsSound(file.Path, processes.SelectMany(process => process.Ended));
                Assert.Equal(Processes * 21, file.Ask("SELECT count(*) FROM run WHERE over = 1"));
                Assert.Equal(Processes, file.Ask("SELECT count(*) FROM process"));
                Assert.Equal(Processes * 20, file.Ask("SELECT count(*) FROM log"));
            }
            finally
            {
                Array.ForEach(processes, process => process.Dispose());
            }
        }
    }

    [Fact]
    public void OfSeveralProcessesThatMeetADamagedFileOneSetsItAside()
    {
        using var file = new TestFile();
        file.Run().Recording!.Flush();
        file.History.Dispose();
        Damage.Header(file.Path);
        WritingProcess[] processes = [.. Enumerable.Range(0, 4).Select(_ => new WritingProcess(file.Path, count: 20))];
        try
        {
            Array.ForEach(processes, process => process.UntilReady());
            Array.ForEach(processes, process => process.Go());
            string warnings = string.Concat(processes.Select(process => process.WaitForExit()));

            string aside = Assert.Single(file.SetAside);
            Assert.Single(warnings.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains(aside, warnings, StringComparison.Ordinal);
            Assert.Equal(4 * 21, file.Ask("SELECT count(*) FROM run WHERE over = 1"));
            FileCheck.IsSound(file.Path, processes.SelectMany(process => process.Ended));
        }
        finally
        {
            Array.ForEach(processes, process => process.Dispose());
        }
    }

    private static Process StartFlow(string home, string script)
    {
        ProcessStartInfo start = new("dotnet", [FlowHost, "run", script]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FLOW_HOME"] = home;
        return Process.Start(start)!;
    }
}
