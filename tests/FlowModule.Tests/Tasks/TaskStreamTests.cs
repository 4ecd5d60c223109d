using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>The streams of tasks: redirected, silenced or stopped at like those of a function, and complete.</summary>
public sealed class TaskStreamTests : FlowTest
{
    private const string Noisy = "{ Write-Warning 'w1'; Write-Error 'e1'; Write-Host 'h1'; Write-Warning 'w2'; Write-Error 'e2'; Write-Host 'h2' }";

    public static TheoryData<string> Places => ["& { %call% }", "Invoke-Flow { %call% }", "Start-Subflow { %call% } -Parallel", "Invoke-Flow { Invoke-FlowTask outer { %call% } }"];

    [Theory]
    [MemberData(nameof(Places))]
    public void Merged_streams_hold_all_records_in_order(string place)
    {
        var seen = new List<object>();
        Session.Set("seen", seen);
        Run($"$null = {place}".Replace("%call%", $"foreach ($record in Invoke-FlowTask get {Noisy} *>&1) {{ $seen.Add($record) }}", StringComparison.Ordinal)).Clean();

        Assert.Equal(["w1", "e1", "h1", "w2", "e2", "h2"], seen.Select(Bare).Where(IsOfTheBody).Select(record => record!.ToString()!));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Errors_merged_into_the_output_are_not_lost(string place)
    {
        var seen = new List<object>();
        Session.Set("seen", seen);
        Run($"$null = {place}".Replace("%call%", "Invoke-FlowTask get { Write-Error 'e'; 'x' } 2>&1 | ForEach-Object { $seen.Add($_) }", StringComparison.Ordinal)).Clean();

        Assert.Equal(["e", "x"], seen.Select(record => record.ToString()!));
        Assert.IsType<ErrorRecord>(Bare(seen[0]));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Redirections_of_the_cmdlet_silence_its_body(string place) =>
        Assert.DoesNotContain(Merged(place, $"$null = Invoke-FlowTask get {Noisy} 2>$null 3>$null 6>$null"), IsOfTheBody);

    [Theory]
    [MemberData(nameof(Places))]
    public void Action_parameters_hold_for_the_body(string place) =>
        Assert.DoesNotContain(
            Merged(place, $"$null = Invoke-FlowTask get {Noisy} -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -InformationAction Ignore"), IsOfTheBody);

    [Theory]
    [MemberData(nameof(Places))]
    public void Variables_of_the_cmdlet_get_the_records(string place)
    {
        var seen = new List<object>();
        Session.Set("seen", seen);
        Run(place.Replace(
            "%call%", $"$null = Invoke-FlowTask get {Noisy} -ErrorVariable ev -WarningVariable wv 2>$null 3>$null; $seen.Add(\"$ev\"); $seen.Add(\"$wv\")", StringComparison.Ordinal)).Clean();

        Assert.Equal(["e1 e2", "w1 w2"], seen.Select(text => text.ToString()!));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void ErrorAction_Stop_ends_the_task_at_its_first_error(string place)
    {
        var seen = new List<object>();
        Session.Set("seen", seen);
        Run(place.Replace(
            "%call%", "try { Invoke-FlowTask get { Write-Error 'e'; $seen.Add('on') } -ErrorAction Stop; $seen.Add('after') } catch { $seen.Add(\"caught $_\") }", StringComparison.Ordinal));

        Assert.Equal(["caught e"], seen.Select(text => text.ToString()!));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void The_preference_Stop_ends_the_task_at_its_first_error(string place)
    {
        var seen = new List<object>();
        Session.Set("seen", seen);
        Run("$ErrorActionPreference = 'Stop'; " + place.Replace(
            "%call%", "try { Invoke-FlowTask get { Write-Error 'e'; $seen.Add('on') }; $seen.Add('after') } catch { $seen.Add(\"caught $_\") }", StringComparison.Ordinal));

        Assert.Equal(["caught e"], seen.Select(text => text.ToString()!));
    }

    [Fact]
    public void SilentlyContinue_silences_no_failure() =>
        Assert.Equal("no", Run("Invoke-Flow { Invoke-FlowTask get { throw 'no' } -ErrorAction SilentlyContinue; 'reached' }").OnlyError.ToString());

    [Theory]
    [InlineData("Invoke-Flow { $task = Start-FlowTask get %noisy%; $null = Wait-FlowTask $task }")]
    [InlineData("Invoke-Flow { $null = Start-FlowTask get %noisy% }")]
    [InlineData("Invoke-Flow { $task = Start-FlowTask get %noisy%; Receive-FlowTask $task; Receive-FlowTask $task }")]
    [InlineData("Start-Subflow { $null = Start-FlowTask get %noisy% } -Parallel")]
    [InlineData("Start-Subflow { $null = Start-FlowTask outer { $null = Start-FlowTask get %noisy% } } -Parallel")]
    [InlineData("Invoke-Flow { Start-Subflow { $null = Start-FlowTask get %noisy% } }")]
    [InlineData("Invoke-Flow { Start-FlowTask get %noisy% | Receive-FlowTask }")]
    [InlineData("Start-FlowTask get %noisy% | Receive-FlowTask")]
    [InlineData("1 | Invoke-FlowTask get %noisy% -Parallel")]
    public void Records_of_tasks_in_the_background_arrive_once_and_in_order(string call)
    {
        object?[] merged = Values($"& {{ {call.Replace("%noisy%", Noisy, StringComparison.Ordinal)} }} *>&1");

        Assert.Equal(["w1", "e1", "h1", "w2", "e2", "h2"], merged.Where(IsOfTheBody).Select(record => record!.ToString()!.Replace("[get-0 (1)] ", string.Empty, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Invoke-Flow { Invoke-FlowTask get { Write-Error 'e' } }")]
    [InlineData("Invoke-Flow { Start-FlowTask get { Write-Error 'e' } | Receive-FlowTask }")]
    [InlineData("Start-Subflow { Invoke-FlowTask get { Write-Error 'e' } } -Parallel")]
    [InlineData("Start-Subflow { Start-FlowTask get { Write-Error 'e' } | Receive-FlowTask } -Parallel")]
    [InlineData("Invoke-Flow { Invoke-FlowTask get { Write-Error 'e' } -TimeoutSeconds 60 }")]
    public void An_error_that_a_task_writes_is_the_tasks_and_no_failure(string call)
    {
        ScriptResult result = Run($"$null = {call}");

        ErrorRecord error = result.OnlyError;
        Assert.Equal("get", Note(error, "FlowName"));
        FlowRun task = Assert.IsType<FlowRun>(Note(error, "FlowRun"));
        Assert.Equal((StateType.Completed, 1), (task.State.Type, task.ErrorCount));
        Assert.Equal(0, task.Parent!.ErrorCount);
    }

    [Fact]
    public void Its_lines_tell_of_task_runs()
    {
        string[] lines = [.. Run("Invoke-Flow { Invoke-FlowTask get { 1 } }").Information.Where(record => record.Tags.Contains("FlowLog")).Select(record => record.MessageData.ToString()![15..])];

        Assert.Equal("Beginning task run 'get-0' for task 'get'...", lines[1]);
        Assert.Equal("Task run 'get-0' finished in state Completed(message=None, type=COMPLETED)", lines[2]);
        Assert.Equal(4, lines.Length);
    }

    /// <summary>The output of the call on all streams. The hosting API also shows warnings that a script redirects.</summary>
    private object?[] Merged(string place, string call) => Values($"& {{ {place.Replace("%call%", call, StringComparison.Ordinal)} }} *>&1");

    private static object? Bare(object? record) => record is PSObject wrapped ? wrapped.BaseObject : record;

    private static bool IsOfTheBody(object? record) => record switch
    {
        FlowState => false,
        InformationRecord information => !information.Tags.Contains("FlowLog"),
        _ => true,
    };
}
