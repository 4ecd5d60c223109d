using System.Collections;
using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

public sealed class GetFlowRunTests : LookingTest
{
    [Fact]
    public void Without_a_choice_the_newest_20_flow_runs_are_given()
    {
        for (int i = 1; i <= 25; i++)
        {
            FlowRun run = File.Start("many", $"many-{i}");
            File.End(File.Start("inner", $"inner-{i}", run));
            File.End(run);
        }

        Assert.Equal(Enumerable.Range(6, 20).Reverse().Select(i => $"many-{i}"), Names("Get-FlowRun -HistoryPath $history"));
        Assert.Equal(["many-25", "many-24"], Names("Get-FlowRun -HistoryPath $history -Last 2"));
        Assert.Equal(25, Names("Get-FlowRun -HistoryPath $history -All").Length);
        Assert.Equal(25, Names("Get-FlowRun -HistoryPath $history -Since 1d").Length);
        Assert.Equal(["inner-25", "inner-24"], Names("Get-FlowRun -HistoryPath $history -Kind Subflow -Last 2"));
    }

    [Fact]
    public void All_and_Last_together_are_refused()
    {
        File.End(File.Start("a", "a-1"));

        Assert.Equal("FlowLastWithAll,FlowModule.Commands.GetFlowRunCommand", Run("Get-FlowRun -HistoryPath $history -All -Last 1").OnlyError.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("-Name one-run", "one-run")]
    [InlineData("one-run, OTHER-RUN", "other-run one-run")]
    [InlineData("*-run", "other-run inner-run one-run")]
    [InlineData("[oi]*-run", "other-run inner-run one-run")]
    [InlineData("[x-z]*", "")]
    [InlineData("bracket[1]", "bracket[1]")]
    [InlineData("bracket`[*", "bracket[1]")]
    [InlineData("o?e-run", "one-run")]
    [InlineData("100%", "100%")]
    [InlineData("-Flow one", "one-run")]
    [InlineData("-Flow o*", "100% bracket[1] other-run one-run")]
    [InlineData("-Flow nothing", "")]
    [InlineData("-Tag Night", "other-run one-run")]
    [InlineData("-Tag night, db", "one-run")]
    [InlineData("-Tag ni*", "other-run one-run")]
    [InlineData("-Tag 'ni*b'", "")]
    [InlineData("-State Failed", "one-run")]
    [InlineData("-State fail*, Running", "other-run one-run")]
    [InlineData("-State Failed -Kind Subflow", "inner-run")]
    [InlineData("-Kind Task", "step-0")]
    [InlineData("-Parent one-run", "step-0 inner-run")]
    [InlineData("-Name inner-run, step-0 -Parent one-run -Kind Task", "step-0")]
    public void Runs_are_chosen_by(string parameters, string names)
    {
        FlowRun one = File.Start("one", "one-run", tag: ["night", "db"]);
        File.End(File.Start("inner", "inner-run", one), "bad");
        File.End(File.Start("step", "step-0", one, isTask: true));
        File.End(one, "bad too");
        File.Start("other", "other-run", tag: ["night"]);
        File.End(File.Start("other", "bracket[1]"));
        File.End(File.Start("other", "100%"));

        Assert.Equal(names.Length == 0 ? [] : names.Split(' '), Names($"Get-FlowRun -HistoryPath $history {parameters}"));
    }

    [Theory]
    [InlineData("Get-FlowRun -State Faild", "'Faild' is not a state. The states are Scheduled, Pending, Running,")]
    [InlineData("Get-FlowRun -State Failed, Timeout", "'Timeout' is not a state.")]
    [InlineData("Get-FlowRun -State Fial*", "'Fial*' is not a state.")]
    [InlineData("Get-FlowRun -State 3", "'3' is not a state.")]
    [InlineData("Remove-FlowRun -State Faild", "'Faild' is not a state.")]
    public void What_no_state_is_called_is_refused(string script, string said)
    {
        ErrorRecord error = Run($"{script} -HistoryPath {File.Path}").OnlyError;

        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Contains(said, error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timedout")]
    [InlineData("*ed")]
    [InlineData("Awaiting*, Crashed")]
    [InlineData("[cf]*")]
    public void Names_of_states_and_patterns_of_them_are_taken(string state) => Assert.Empty(Names($"Get-FlowRun -State {state} -HistoryPath {File.Path}"));

    [Theory]
    [InlineData("'90m'", true)]
    [InlineData("'1h30m'", true)]
    [InlineData("'1.00:00:00'", true)]
    [InlineData("'00:30'", false)]
    [InlineData("30m", false)]
    [InlineData("1800", false)]
    [InlineData("7200", true)]
    [InlineData("([timespan]::FromMinutes(90))", true)]
    [InlineData("([datetime]::Now.AddMinutes(-90))", true)]
    [InlineData("([datetime]::UtcNow.AddMinutes(-30))", false)]
    [InlineData("([datetimeoffset]::Now.AddMinutes(-30))", false)]
    [InlineData("'2001-02-03 04:05'", true)]
    [InlineData("2001-02-03", true)]
    [InlineData("20000d", true)]
    [InlineData("1d", true)]
    [InlineData("1s", false)]
    [InlineData("2w", true)]
    [InlineData("$seconds", false)]
    public void Since_takes_a_time_or_how_long_ago_it_was(string since, bool isFound)
    {
        // An hour ago.
        File.End(File.Start("a", "a-run"));
        Session.Set("seconds", 1800L);

        Assert.Equal(isFound ? ["a-run"] : [], Names($"Get-FlowRun -HistoryPath $history -Since {since}"));
    }

    [Fact]
    public void Since_says_what_it_does_not_understand()
    {
        ErrorRecord error = Run("Get-FlowRun -Since yesterdayish").OnlyError;

        Assert.Contains("neither a time nor a duration", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-FlowRun -HistoryPath $history nobody", "nobody")]
    [InlineData("'nobody' | Get-FlowRun -HistoryPath $history", "nobody")]
    [InlineData("Get-FlowRun -HistoryPath $history -Parent nobody", "nobody")]
    [InlineData("Get-FlowRun -HistoryPath $history -Id 01a20ce3-0e65-7568-ae35-941266bd9826", "01a20ce3-0e65-7568-ae35-941266bd9826")]
    public void What_is_not_there_is_reported(string script, string target)
    {
        File.End(File.Start("a", "a-run"));

        ScriptResult result = Run(script + "; 'goes on'");

        Assert.Equal(["goes on"], result.Output);
        Assert.StartsWith("FlowRunNotFound,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ObjectNotFound, result.OnlyError.CategoryInfo.Category);
        Assert.Equal(target, result.OnlyError.TargetObject);
    }

    [Fact]
    public void A_name_that_something_else_rules_out_is_no_error()
    {
        File.End(File.Start("a", "a-run"));

        Assert.Empty(Values("Get-FlowRun a-run -State Failed -HistoryPath $history"));
        Assert.Empty(Values("Get-FlowRun no* -HistoryPath $history"));
    }

    [Fact]
    public void Runs_states_records_ids_and_names_can_be_piped()
    {
        string name = $"piped-{Guid.NewGuid():N}";
        Session.Set("name", name);

        object?[] found = Values("""
            $state = New-Flow piped { 42 } -RunName $name | Invoke-Flow -InformationAction Ignore
            $record = Get-FlowRun $name
            $state, $state.Run, $state.Run.Id, "$($state.Run.Id)", $name, $record | Get-FlowRun
            """);

        Assert.Equal(6, found.Length);
        Assert.All(found, run => Assert.Equal(name, ((FlowRunRecord)run!).Name));
    }

    [Fact]
    public void A_record_leads_to_the_history_it_is_from()
    {
        File.End(File.Start("a", "a-run"));

        Assert.Equal(["a-run"], Names("Get-FlowRun -HistoryPath $history | Get-FlowRun"));
    }

    [Fact]
    public void What_names_no_run_is_reported_and_the_rest_goes_on()
    {
        File.End(File.Start("a", "a-run"));

        ScriptResult result = Run("@{ a = 1 }, 'a-run' | Get-FlowRun -HistoryPath $history");

        Assert.Equal("a-run", Assert.IsType<FlowRunRecord>(Assert.Single(result.Output)).Name);
        Assert.StartsWith("FlowRunExpected,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_has_children_behind_their_parent_in_the_order_they_were_made()
    {
        FlowRun top = File.Start("top", "top");
        FlowRun first = File.Start("first", "first", top);
        FlowRun second = File.Start("second", "second", top);
        File.End(File.Start("leaf", "leaf-of-second", second));
        File.End(File.Start("leaf", "leaf-of-first", first));
        File.End(second);
        File.End(first);
        File.End(top);
        File.End(File.Start("other", "other"));

        FlowRunRecord[] tree = [.. Values("Get-FlowRun top -Tree -HistoryPath $history").Cast<FlowRunRecord>()];

        Assert.Equal(["top 0", "first 1", "leaf-of-first 2", "second 1", "leaf-of-second 2"], tree.Select(run => $"{run.Name} {run.Depth}"));
        Assert.Equal(["second", "leaf-of-second"], Names("Get-FlowRun second -Tree -HistoryPath $history"));
        Assert.Equal(0, Value("(Get-FlowRun second -HistoryPath $history).Depth"));
    }

    [Fact]
    public void A_run_that_runs_is_seen_as_it_is()
    {
        using var gate = new Gate();
        using var other = new FlowSession();
        other.Set("gate", gate);
        string name = $"live-{Guid.NewGuid():N}";
        using var running = new RunningScript(other, $$"""New-Flow live { $gate.ArriveAndWait(); 'done' } -RunName {{name}} | Invoke-Flow -InformationAction Ignore""");
        gate.WaitForArrivals();

        Assert.Equal(StateType.Running, ((FlowRunRecord)Value($"Get-FlowRun {name}")!).State.Type);

        gate.Open();
        running.WaitForEnd();
        Assert.Equal("Completed", Value($"(Get-FlowRun {name}).State.Name"));
    }

    [Fact]
    public void A_state_equals_its_name_and_its_type()
    {
        File.End(File.Start("a", "a-run"), "bad");

        Assert.Equal(
            [true, true, false, true, "a-run"],
            Values("$run = Get-FlowRun -HistoryPath $history; $run.State -eq 'failed'; 'Failed' -eq $run.State; $run.State -eq 'Completed'; $run.State -ne 'Completed'; ($run | Where-Object State -eq Failed).Name"));
    }

    [Fact]
    public void What_is_read_only_when_it_is_asked_for_is_there_and_hidden()
    {
        File.End(File.Start("a", "a-run", parameters: new Hashtable { ["Server"] = "server-1" }), result: 42, after: TimeSpan.FromSeconds(3));

        Assert.Equal(
            ["server-1", 42, 2, 3.0, "", 42],
            Values("""
                $run = Get-FlowRun -HistoryPath $history
                $run.Parameters.Server; $run.Result; $run.States.Count; $run.Duration.TotalSeconds; "$($run.Error)$($run.Reason)$($run.InputObject)"
                ($run | Select-Object Name, Result).Result
                """));
        string json = (string)Value("Get-FlowRun -HistoryPath $history | ConvertTo-Json")!;
        Assert.DoesNotContain("server-1", json, StringComparison.Ordinal);
        Assert.DoesNotContain("Duration", json, StringComparison.Ordinal);
        Assert.Contains("\"FlowName\": \"a\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_see_the_hidden_properties_too()
    {
        File.End(File.Start("a", "a-run"), result: 42);

        Assert.Equal([42, 42], Values("1..2 | Start-Subflow { (Get-FlowRun a-run -HistoryPath $history).Result } -Parallel -InformationAction Ignore | Receive-FlowResult"));
    }

    [Fact]
    public void A_failed_run_says_where_it_broke_and_what_broke_first_inside()
    {
        string script = Folder.Write("fail.ps1", """
            New-Flow outer -RunName $name {
                1..2 | Start-Subflow (New-Flow inner { if ($_ -eq 2) {
                    Invoke-FlowTask deep { throw 'deep down' }
                } }) -ErrorAction SilentlyContinue
            } | Invoke-Flow -InformationAction Ignore -ErrorAction SilentlyContinue
            """);
        Session.Set("name", $"outer-{Guid.NewGuid():N}");
        Session.Set("script", script);

        string[] reason = ((string)Value("$null = . $script; (Get-FlowRun $name).Reason")!).Split('\n');

        Assert.Equal(3, reason.Length);
        Assert.Equal("1/2 states failed.", reason[0]);
        Assert.Matches(@"^First to fail inside: subflow run '[a-z-]+' for flow 'inner': .*deep down", reason[1]);
        Assert.Matches($@"^First to fail inside: task run 'deep-0' for task 'deep': Task run encountered an exception\. RuntimeException: deep down \(at .*fail\.ps1:3\)$", reason[2]);
    }

    [Fact]
    public void The_folder_of_a_history_stands_for_it()
    {
        File.End(File.Start("a", "a-run"));
        Session.Set("folder", Path.GetDirectoryName(File.Path));

        Assert.Equal(["a-run"], Names("Get-FlowRun -HistoryPath $folder"));
    }

    [Fact]
    public void A_history_that_is_not_there_is_not_made()
    {
        string path = Path.Combine(Folder.FullPath, "none.db");
        Session.Set("path", path);

        ErrorRecord error = Run("Get-FlowRun -HistoryPath $path").OnlyError;

        Assert.StartsWith("FlowHistoryNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(path));
    }

    [Theory]
    [InlineData("Get-FlowRun -HistoryPath $path")]
    [InlineData("Get-FlowLog -HistoryPath $path")]
    [InlineData("Get-FlowLog -HistoryPath $path -Follow")]
    [InlineData("Watch-FlowRun -HistoryPath $path")]
    [InlineData("Compare-FlowRun a b -HistoryPath $path")]
    [InlineData("Export-FlowRun -Path x.json -HistoryPath $path")]
    [InlineData("Remove-FlowRun a -HistoryPath $path")]
    [InlineData("Get-FlowHistory -HistoryPath $path")]
    [InlineData("Set-FlowHistory -KeepDays 1 -HistoryPath $path")]
    public void A_history_of_a_newer_version_is_one_clear_error(string script)
    {
        File.End(File.Start("a", "a-run"));
        File.History.Dispose();
        string path = Path.Combine(Folder.FullPath, "newer.db");
        byte[] bytes = System.IO.File.ReadAllBytes(File.Path);

        // Where a SQLite file keeps what PRAGMA user_version sets.
        bytes[60] = 0x7F;
        System.IO.File.WriteAllBytes(path, bytes);
        Session.Set("path", path);

        ErrorRecord error = Run(script).OnlyError;

        Assert.StartsWith("FlowHistoryUnavailable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("newer version", error.Exception.Message, StringComparison.Ordinal);
    }
}
