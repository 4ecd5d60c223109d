using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Texts;
using FlowModule.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.History;

/// <summary>Every record of every stream of a run is in its log, once, and in no other log.</summary>
public sealed class LogTests : HistoryTest
{
    private const string Noisy = """
        Write-Host "$who host"; Write-Warning "$who warning"; Write-Verbose "$who verbose" -Verbose; Write-Debug "$who debug" -Debug; Write-Information "$who information"
        Write-Error "$who error" -ErrorAction Continue
        Write-Progress $who
        """;

    private static string[] Lines(string flow, string who) =>
        [$"{flow} Information {who} host", $"{flow} Warning {who} warning", $"{flow} Verbose {who} verbose", $"{flow} Debug {who} debug", $"{flow} Information {who} information", $"{flow} Error {who} error"];

    [Theory]
    [InlineData("Start-Subflow $inner")]
    [InlineData("Start-Subflow $inner -Parallel")]
    [InlineData("Start-Subflow $inner -Isolation NewRunspace")]
    [InlineData("Start-Subflow $inner -Parallel -Isolation Process")]
    [InlineData("Start-Subflow $inner *>&1")]
    [InlineData("Start-Subflow $inner -Parallel *>&1")]
    [InlineData("Start-Subflow $inner -WarningVariable w -ErrorVariable e")]
    [InlineData("Start-Subflow $inner -AsJob | Receive-Job -Wait")]
    [InlineData("Start-Subflow $inner -AsJob | Receive-Job -Wait *>&1")]
    [InlineData("Invoke-FlowTask inner $block")]
    [InlineData("Invoke-FlowTask inner $block *>&1")]
    [InlineData("Invoke-FlowTask inner $block -Parallel")]
    [InlineData("Start-FlowTask inner $block | Receive-FlowTask")]
    [InlineData("Invoke-Flow $inner")]
    public void A_run_inside_has_what_it_wrote_in_its_own_log(string call)
    {
        foreach (string outer in new[] { "Invoke-Flow $outer", "Start-Subflow $outer -Parallel" })
        {
            string flow = outer.StartsWith("Invoke", StringComparison.Ordinal) ? "outer" : "outer2";
            string who = flow == "outer" ? "first" : "second";
            Run($$"""
                $ErrorActionPreference = 'Continue'
                $block = { $who = '{{who}} in'; {{Noisy}} }
                $inner = New-Flow inner $block
                $outer = New-Flow {{flow}} { $null = {{call}}; $who = '{{who}} out'; {{Noisy}} }
                $null = {{outer}} -HistoryPath $h 2>$null
                """);
        }

        string[] log = Log();
        foreach ((string flow, string who) in new[] { ("outer", "first"), ("outer2", "second") })
        {
            Assert.Equal(Lines("inner", who + " in"), log.Where(line => line.Contains(who + " in", StringComparison.Ordinal)));
            Assert.Equal(Lines(flow, who + " out"), log.Where(line => line.Contains(who + " out", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void What_reads_the_output_of_a_run_is_of_the_run_around_it()
    {
        Run("""
            $inner = New-Flow inner { Write-Warning 'inner'; 1 }
            $null = New-Flow outer {
                Start-Subflow $inner *>&1 | ForEach-Object { if ($_ -is [System.Management.Automation.WarningRecord]) { Write-Warning $_.Message; Write-Warning "got $_" } }
                Start-Subflow $inner 3>$null | ForEach-Object { Write-Warning "state $($_.Result)" }
                Invoke-FlowTask inner { Write-Warning 'inner'; 2 } 3>&1 | ForEach-Object { Write-Verbose "task $_" -Verbose }
            } | Invoke-Flow -HistoryPath $h
            """).Clean();

        Assert.Equal(["inner", "got inner", "state 1", "task inner", "task 2"], Log().Where(line => line.StartsWith("outer ", StringComparison.Ordinal)).Select(line => line.Split(' ', 3)[2]));
        Assert.Equal(["inner", "inner", "inner"], Log().Where(line => line.StartsWith("inner ", StringComparison.Ordinal)).Select(line => line.Split(' ', 3)[2]));
    }

    [Fact]
    public void What_is_started_by_what_reads_a_run_s_streams_is_the_outer_run_s()
    {
        Run("""
            $inner = New-Flow inner { Write-Warning 'inner' }
            $null = New-Flow outer {
                $null = Start-Subflow $inner 3>&1 | ForEach-Object { if ($_ -is [System.Management.Automation.WarningRecord]) { Start-Subflow (New-Flow reader { }) } }
            } | Invoke-Flow -HistoryPath $h
            """).Clean();

        Assert.Equal(RunOf("outer").Id, RunOf("reader").ParentId);
    }

    [Theory]
    [InlineData("Runspace")]
    [InlineData("NewRunspace")]
    [InlineData("Process")]
    public void What_a_body_throws_is_in_its_log_with_its_place(string isolation)
    {
        string file = Path.Combine(Folder.FullPath, "flow.ps1");
        File.WriteAllText(file, "Write-Warning 'before'\nthrow 'it broke'");

        Run($"$null = New-Flow broken -Path '{file}' -Isolation {isolation} | Start-Subflow -HistoryPath $h");

        Assert.Equal(["broken Warning before", $"broken Error RuntimeException: it broke\nat {file}:2"], Log());
    }

    [Fact]
    public void Each_attempt_has_its_error_in_the_log()
    {
        Run("$null = New-Flow tried { throw \"attempt $($FlowRun.Attempt)\" } -Retry 2 | Start-Subflow -HistoryPath $h");

        Assert.Equal(["attempt 1", "attempt 2", "attempt 3"], Log(FlowLogLevel.Error).Select(line => line.Split(["RuntimeException: ", "\n"], StringSplitOptions.None)[1]));
    }

    [Theory]
    [InlineData("Invoke-Flow")]
    [InlineData("Start-Subflow -Parallel")]
    [InlineData("Start-Subflow -Isolation Process")]
    public void What_hooks_write_and_that_one_failed_is_in_the_run_s_log(string call)
    {
        Run($"$null = New-Flow hooked {{ }} -OnRunning {{ Write-Host 'begins' }} -OnCompletion {{ Write-Warning 'done'; throw 'bad hook' }} | {call} -HistoryPath $h").Clean();

        Assert.Equal(["Information begins", "Warning done", "Warning -OnCompletion of flow run", "RuntimeException: bad hook"],
            Log().Select(line => line["hooked ".Length..]).SelectMany(line => line.StartsWith("Warning -On", StringComparison.Ordinal) ? new[] { line[..33], line[^26..] } : [line]));
    }

    [Theory]
    [InlineData("Runspace")]
    [InlineData("NewRunspace")]
    [InlineData("Process")]
    public void A_run_s_log_is_the_same_wherever_it_runs(string isolation)
    {
        Run($$"""
            $ErrorActionPreference = 'Continue'
            $null = New-Flow top {
                $null = Start-Subflow -Parallel -Isolation {{isolation}} (New-Flow middle {
                    $who = 'middle'; {{Noisy}}
                    $null = Start-Subflow (New-Flow bottom { $who = 'bottom'; {{Noisy}} }) -Parallel 2>$null
                    Invoke-FlowTask job { Write-Warning 'in a task' }
                }) 2>$null
            } | Invoke-Flow -HistoryPath $h
            """).Clean();

        // Each process stores the lines of its runs in order; two processes store at the same time.
        ILookup<string, string> log = Log().ToLookup(static line => line.Split(' ')[0]);
        Assert.Equal(3, log.Count);
        Assert.Equal(Lines("middle", "middle"), log["middle"]);
        Assert.Equal(Lines("bottom", "bottom"), log["bottom"]);
        Assert.Equal(["job Warning in a task"], log["job"]);
        FlowRunRecord top = RunOf("top"), middle = RunOf("middle"), bottom = RunOf("bottom"), task = RunOf("job");
        Assert.Equal([top.Id, middle.Id, middle.Id], [middle.ParentId!.Value, bottom.ParentId!.Value, task.ParentId!.Value]);
        Assert.All([middle, bottom, task], run => Assert.Equal(top.Id, run.RootId));
        Assert.All([top, middle, bottom, task], run => Assert.Equal(StateType.Completed, run.State.Type));
        Assert.Equal(isolation == "Process", bottom.ProcessId != top.ProcessId);
        Assert.Equal(top.ProcessId, middle.ProcessId);
    }

    [Fact]
    public void A_process_records_nothing_when_its_run_is_not_recorded()
    {
        Run("$null = Start-Subflow -Parallel -Isolation Process -NoHistory (New-Flow 'unkept middle' { $null = Start-Subflow (New-Flow 'unkept bottom' { }) })").Clean();

        Assert.Empty(Histories.Default!.Find(new RunQuery { FlowNames = ["unkept*"] }));
    }

    [Fact]
    public void Lines_written_to_the_process_s_own_output_are_in_the_log()
    {
        Run("$null = New-Flow raw { [Console]::Out.WriteLine('straight') } -Isolation Process | Start-Subflow -HistoryPath $h").Clean();

        Assert.Equal(["raw Information straight"], Log());
    }

    [Fact]
    public void The_same_text_twice_is_two_lines()
    {
        Run("""
            $text = 'again'
            $null = New-Flow outer {
                1..2 | ForEach-Object { Write-Warning $text; $Host.UI.WriteWarningLine($text) }
                $null = Start-Subflow (New-Flow inner { Write-Warning $text })
                Write-Warning $text
            } | Start-Subflow -Parallel -HistoryPath $h
            """).Clean();

        Assert.Equal(5, Log().Count(line => line == "outer Warning again"));
        Assert.Equal(1, Log().Count(line => line == "inner Warning again"));
    }

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m and \u001b[1;38;5;12mblue\u001b[m", "red and blue")]
    [InlineData("\u001b]0;title\u0007text\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "textlink")]
    [InlineData("\u001b(Bplain\u001b7\u009b1mx", "plainx")]
    [InlineData("no escape [31m", "no escape [31m")]
    [InlineData("\u001b]never ends", "")]
    public void Colours_are_not_kept(string text, string kept) => Assert.Equal(kept, AnsiText.Strip(text));

    [UnixOnlyFact]
    public void What_a_program_writes_to_its_error_output_is_logged()
    {
        Run("$null = New-Flow native { & /bin/sh -c 'echo to stderr >&2' } | Start-Subflow -HistoryPath $h 2>$null");

        Assert.Equal(["native Error to stderr"], Log());
    }
}
