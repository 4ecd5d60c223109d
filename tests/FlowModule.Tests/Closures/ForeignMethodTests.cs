using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>Methods of objects of PowerShell classes from another session: they work, or are an error, and never hang.</summary>
public sealed class ForeignMethodTests : FlowTest
{
    private const string Module = """
        class Box {
            [int] $Calls
            [string] Label() { return $this.Count() }
            [string] Count() { $this.Calls++; return (Get-Label) }
            [string] ToString() { return $this.Label() }
        }
        function Get-Label { 'a box' }
        function Get-Box { [Box]::new() }
        Export-ModuleMember -Function Get-Box
        """;

    [Theory]
    [InlineData("Start-Subflow { Get-Box } -Parallel | Receive-FlowResult")]
    [InlineData("1..4 | Start-Subflow { Get-Box } -Parallel | Receive-FlowResult | Select-Object -Last 1")]
    [InlineData("1 | Invoke-FlowTask { Get-Box } -Parallel")]
    [InlineData("Start-FlowTask { Get-Box } | Receive-FlowTask")]
    [InlineData("Start-Subflow { Get-Box } -AsJob | Receive-Job -Wait | Receive-FlowResult")]
    [InlineData("Invoke-Flow { Start-Subflow { Get-Box } -Parallel | Receive-FlowResult } | Receive-FlowResult")]
    public void A_method_that_calls_a_method_works_on_an_object_that_a_worker_made(string call)
    {
        ImportModule();

        Assert.Equal(["a box", "a box", true], Values($"$box = {call}; \"$box\"; $box.Label(); $box.Calls -gt 1"));
    }

    [Fact]
    public void The_default_output_shows_an_object_that_a_worker_made()
    {
        ImportModule();

        Assert.Contains("a box", (string)Value("Start-Subflow { Get-Box } -Parallel | Format-List | Out-String")!, StringComparison.Ordinal);
    }

    // In the next two tests the busy run itself makes the object: a later run can be on another worker, because a worker may go back to the pool
    // only after the end of its last run was emitted.
    [Fact]
    public void A_worker_that_runs_a_script_sees_to_calls_between_its_statements()
    {
        ImportModule();
        Session.Set("flag", new bool[1]);

        Assert.Equal("a box", Value("""
            $busy = [Threading.ManualResetEventSlim]::new()
            $made = @{}
            $job = Start-Subflow { $made.Box = Get-Box; $busy.Set(); while (-not $flag[0]) { } } -AsJob
            $busy.Wait()
            "$($made.Box)"
            $flag[0] = $true
            $null = $job | Wait-Job
            """));
    }

    [Fact]
    public void What_would_wait_for_a_busy_worker_for_ever_is_an_error()
    {
        ImportModule();

        object? caught = Value("""
            $busy = [Threading.ManualResetEventSlim]::new()
            $release = [Threading.ManualResetEventSlim]::new()
            $made = @{}
            $job = Start-Subflow { $made.Box = Get-Box; $busy.Set(); $release.Wait() } -AsJob
            $busy.Wait()
            try { $made.Box.Label() } catch { "caught $_" } finally { $release.Set() }
            $null = $job | Wait-Job
            """);

        Assert.Contains("the session that created the object is busy", Assert.IsType<string>(caught), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_bodies_that_call_methods_of_the_session_s_objects_come_to_an_end()
    {
        // Which of them fail is random: PowerShell mixes up calls at the same moment.
        object?[] states = Values("""
            class Counter { [int] $Count; [int] Next() { return $this.Add(1) } [int] Add([int] $n) { $this.Count += $n; return $this.Count } }
            1..40 | ForEach-Object { [Counter]::new() } | Start-Subflow { $_.Next() } -Parallel -ThrottleLimit 8 -ErrorAction Ignore | ForEach-Object Name
            """);

        Assert.Equal(40, states.Length);
        Assert.All(states, static state => Assert.True(state is "Completed" or "Failed", $"{state}"));
    }

    [Fact]
    public void A_job_that_calls_a_method_of_the_session_s_object_comes_to_an_end()
    {
        object? state = Value("""
            class Counter { [int] $Count; [int] Next() { return $this.Add(1) } [int] Add([int] $n) { $this.Count += $n; return $this.Count } }
            $counter = [Counter]::new()
            $job = Start-Subflow { $counter.Next() } -AsJob
            ($job | Wait-Job).State.ToString()
            """);

        Assert.True(state is "Completed" or "Failed", $"{state}");
    }

    private void ImportModule()
    {
        string path = Path.Combine(Folder.FullPath, "box.psm1");
        File.WriteAllText(path, Module);
        Values($"Import-Module '{path}'");
    }
}
