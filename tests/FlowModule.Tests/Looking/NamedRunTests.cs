using System.Management.Automation;

namespace FlowModule.Tests.Looking;

/// <summary>Every command accepts a run in all forms.</summary>
public sealed class NamedRunTests : LookingTest
{
    [Theory]
    [InlineData("'the-run'")]
    [InlineData("'THE-RUN'")]
    [InlineData("$id")]
    [InlineData("\"$id\"")]
    [InlineData("$id.ToString('N')")]
    [InlineData("$id.ToString('B').ToUpper()")]
    [InlineData("\"$id\".Substring(0, 30)")]
    [InlineData("$id.ToString('N').Substring(0, 28).ToUpper()")]
    [InlineData("$record")]
    [InlineData("$line")]
    public void Each_command_finds_a_run_by(string way)
    {
        Session.Set("id", Make().Id);
        Session.Set("path", Path.Combine(Folder.FullPath, "run.json"));

        Assert.Equal(
            ["Get", "Parent", "Log", "Watch", "Reference", "Difference", "Export", "Suspend", "Stop", "Resume", "Restart", "Remove"],
            Values($$"""
                $PSDefaultParameterValues = @{ '*-Flow*:HistoryPath' = $history; '*-Flow*:InformationAction' = 'Ignore' }
                $record = Get-FlowRun the-run
                $line = Get-FlowLog the-run -NoTree -Tail 1
                $run = {{way}}
                if ((Get-FlowRun $run).Name -eq 'the-run') { 'Get' }
                if (Get-FlowRun -Parent $run -Kind Task) { 'Parent' }
                if (Get-FlowLog $run -Level Warning -NoTree) { 'Log' }
                if ((Watch-FlowRun $run).Name -eq 'the-run') { 'Watch' }
                if (Compare-FlowRun $run other-run) { 'Reference' }
                if (Compare-FlowRun other-run $run) { 'Difference' }
                Export-FlowRun $run $path
                if ((Get-Content $path -Raw | ConvertFrom-Json).Runs.Name -eq 'the-run') { 'Export' }
                try { Suspend-FlowRun $run -ErrorAction Stop } catch { if ($_.TargetObject.Name -eq 'the-run') { 'Suspend' } }
                try { Stop-FlowRun $run -ErrorAction Stop } catch { if ($_.TargetObject.Name -eq 'the-run') { 'Stop' } }
                if ((Resume-FlowRun $run).Run.Id -eq $id) { 'Resume' }
                if ((Restart-FlowRun $run).Run.FlowName -eq 'the') { 'Restart' }
                Remove-FlowRun $run
                if (-not (Get-FlowRun 'the-ru[n]')) { 'Remove' }
                """));
    }

    [Theory]
    [InlineData("Get-FlowRun {0} | ForEach-Object Name", "the-run other-run")]
    [InlineData("Get-FlowLog {0} -NoTree | Where-Object Message -eq careful | ForEach-Object RunName", "the-run other-run")]
    [InlineData("Watch-FlowRun {0} -InformationAction Ignore | ForEach-Object Name", "the-run other-run")]
    [InlineData("Restart-FlowRun {0} -InformationAction Ignore | ForEach-Object {{ $_.Run.FlowName }}", "the the")]
    public void Several_are_named_in_first_place_and_by_Id(string command, string expected)
    {
        Session.Set("id", Make().Id);
        foreach (string way in new[] { "$id, $other", "-Id $id, $other", "-Id \"$id\".Substring(0, 30), $other", "$runs" })
        {
            object?[] found = Values($$"""
                $PSDefaultParameterValues = @{ '*-Flow*:HistoryPath' = $history }
                $runs = @(Get-FlowRun the-run) + @(Get-FlowRun other-run)
                $other = $runs[1].Id
                {{string.Format(System.Globalization.CultureInfo.InvariantCulture, command, way)}}
                """);
            Assert.Equal(expected.Split(' ').Order(), found.Cast<string>().Order());
        }
    }

    [Fact]
    public void The_first_8_characters_of_an_id_will_do()
    {
        // The first 8 characters of an id change every 65 seconds.
        FlowRun first = Ended("first");
        File.Time.Advance(TimeSpan.FromMinutes(5));
        FlowRun second = Ended("second");

        Assert.Equal(["first"], Names($"Get-FlowRun {first.Id.ToString()[..8]} -HistoryPath $history"));
        Assert.Equal(["second"], Names($"Get-FlowRun {second.Id.ToString()[..8].ToUpperInvariant()} -State Completed -HistoryPath $history"));
        Assert.Equal(["second"], Names($"'{second.Id.ToString()[..11]}' | Get-FlowRun -HistoryPath $history"));
        Assert.Empty(Names($"Get-FlowRun {second.Id.ToString()[..8]} -State Failed -HistoryPath $history"));
        Assert.StartsWith("FlowRunNotFound,", Run($"Get-FlowRun {first.Id.ToString()[..7]} -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-FlowRun $text")]
    [InlineData("Get-FlowRun -Id $text")]
    [InlineData("$text | Get-FlowLog")]
    [InlineData("Compare-FlowRun $text other-run")]
    [InlineData("Resume-FlowRun $text")]
    [InlineData("Suspend-FlowRun $text")]
    [InlineData("Stop-FlowRun $text")]
    [InlineData("Remove-FlowRun $text, other-run -WhatIf")]
    public void A_beginning_of_several_ids_is_an_error_that_names_the_runs(string command)
    {
        // Runs of other tests, which are active too, have ids of other times.
        File.Time.Advance(TimeSpan.FromMinutes(20));
        FlowRun run = Make();
        FlowRun child = File.Start("sub", "sub-run", run);
        string both = Common(run.Id.ToString(), child.Id.ToString());
        Session.Set("text", both);

        ErrorRecord error = Run($"$PSDefaultParameterValues = @{{ '*-Flow*:HistoryPath' = $history }}; {command}").OnlyError;
        File.End(child);

        Assert.StartsWith("FlowRunAmbiguous,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(both, error.TargetObject);
        Assert.Contains($"{run.Id} (the 'the-run')", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{child.Id} (sub 'sub-run')", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_runs_that_may_be_meant_some_are_named()
    {
        FlowRun[] runs = [.. Enumerable.Range(1, 8).Select(number => Ended($"run-{number}"))];

        ErrorRecord error = Run($"Get-FlowRun {runs[0].Id.ToString()[..8]} -HistoryPath $history").OnlyError;

        Assert.Contains("'run-8'), ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("'run-4') and more.", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_a_name_also_when_an_id_begins_like_it()
    {
        FlowRun run = Ended("a");
        string text = run.Id.ToString()[..8];
        Ended(text);

        Assert.Equal([text], Names($"Get-FlowRun {text} -HistoryPath $history"));
        Assert.StartsWith("FlowRunAmbiguous,", Run($"Get-FlowRun -Id {text} -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_an_id_of_no_run_is_a_name()
    {
        string name = Guid.NewGuid().ToString();
        Ended(name);

        Assert.Equal([name], Names($"Get-FlowRun {name} -HistoryPath $history"));
        Assert.Equal([name], Names($"'{name}' | Get-FlowRun -HistoryPath $history"));
    }

    [Theory]
    [InlineData("Get-FlowRun -Id happy-fox -HistoryPath $history")]
    [InlineData("Stop-FlowRun -Id happy-fox -HistoryPath $history")]
    [InlineData("Resume-FlowRun -Id happy-fox -HistoryPath $history")]
    public void A_name_is_no_id(string command)
    {
        Ended("happy-fox");

        Assert.StartsWith("FlowRunIdExpected,", Run(command).OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void States_and_runs_of_the_session_are_taken_in_first_place()
    {
        Assert.Equal(
            [true, true, true, true],
            Values("""
                $state = Invoke-Flow { 42 } -InformationAction Ignore
                (Get-FlowRun $state).Id -eq $state.Run.Id
                (Get-FlowRun $state.Run).Id -eq $state.Run.Id
                (Watch-FlowRun $state.Run.Id -InformationAction Ignore).Id -eq $state.Run.Id
                (Restart-FlowRun $state -InformationAction Ignore).Result -eq 42
                """));
    }

    private static string Common(string one, string other) => string.Concat(one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First));

    private FlowRun Ended(string name)
    {
        FlowRun run = File.Start("a", name);
        File.End(run);
        return run;
    }

    private FlowRun Make()
    {
        FlowRun run = File.Start("the", "the-run");
        File.End(File.Start("step", "step-0", run, isTask: true));
        File.Log(run, "careful", FlowLogLevel.Warning);
        File.End(run, "bad");
        FlowRun other = File.Start("the", "other-run");
        File.Log(other, "careful", FlowLogLevel.Warning);
        File.End(other);
        return run;
    }
}
