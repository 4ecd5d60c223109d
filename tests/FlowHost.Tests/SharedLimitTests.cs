using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Limits and cached results of several processes with one history.</summary>
public sealed class SharedLimitTests : IDisposable
{
    // In the script's own folder.
    private const string Start = "$env:FLOW_HOME = $PSScriptRoot; $folder = $PSScriptRoot; $InformationPreference = 'Ignore';";

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private FlowProcess StartScript(string script, string name) => FlowProcess.StartScript(_folder.Add(Start + script, name));

    private string[] Files(string pattern) =>
        [.. Directory.GetFiles(_folder.PathOf(string.Empty), pattern).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Of_the_tasks_of_four_processes_never_more_run_at_once_than_the_limit_allows()
    {
        // Each task opens a file exclusively. There are as many files as slots.
        const string Body = """
            1..10 | Invoke-FlowTask work -Limit db -Parallel -ThrottleLimit 4 {
                $mine = foreach ($n in 1, 2) { try { [IO.File]::Open("$folder/slot-$n", 'OpenOrCreate', 'ReadWrite', 'None'); break } catch [IO.IOException] { } }
                if (-not $mine) { throw 'Three at once.' }
                try { Start-Sleep -Milliseconds 10; 'worked' } finally { $mine.Dispose() }
            }
            """;
        FlowResult made = FlowProcess.Invoke(["run", _folder.Add(Start + "$null = New-FlowLimit db -MaxConcurrency 2", "make.ps1")]);
        Assert.Equal((0, string.Empty), (made.ExitCode, made.Error));
        FlowProcess[] processes = [.. Enumerable.Range(0, 4).Select(number => StartScript(Body, $"work-{number}.ps1"))];

        foreach (FlowProcess process in processes)
        {
            FlowResult result = process.WaitForExit();
            Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
            Assert.Equal(Enumerable.Repeat("worked", 10), result.Lines);
            process.Dispose();
        }
    }

    [Fact]
    public void When_the_process_that_has_the_slot_is_killed_the_others_go_on()
    {
        using FlowProcess holder = StartScript("""
            $null = New-FlowLimit db -MaxConcurrency 1
            Invoke-FlowTask holds -Limit db {
                [Console]::Out.WriteLine('holds')
                while ((Get-FlowLimit db).Waiting -lt 2) { Start-Sleep -Milliseconds 20 }
                [Diagnostics.Process]::GetCurrentProcess().Kill()
            }
            """, "holds.ps1");
        holder.WaitForLines("holds");
        FlowProcess[] others = [.. Enumerable.Range(0, 2).Select(number => StartScript("Invoke-FlowTask waits { 'went on' } -Limit db", $"waits-{number}.ps1"))];

        foreach (FlowProcess other in others)
        {
            FlowResult result = other.WaitForExit();
            Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
            Assert.Equal(["went on"], result.Lines);
            other.Dispose();
        }
    }

    [Fact]
    public void What_one_process_has_computed_is_taken_by_the_next()
    {
        string script = _folder.Add(Start + "Invoke-FlowTask t { $null = New-Item \"$folder/computed-$PID\"; @{ a = 1, 2 } } -CacheKey k | ForEach-Object { \"$($_.a)\" }");

        FlowResult first = FlowProcess.Invoke(["run", script]);
        FlowResult second = FlowProcess.Invoke(["run", script]);

        Assert.Equal((string.Empty, string.Empty), (first.Error, second.Error));
        Assert.Equal(("1 2", "1 2"), (first.Output, second.Output));
        Assert.Single(Files("computed-*"));
    }

    [Fact]
    public void Of_two_processes_that_want_the_same_at_once_one_computes()
    {
        const string Script = """
            [Console]::Out.WriteLine('begins')
            $state = Invoke-FlowTask t -CacheKey k -ReturnState {
                $null = New-Item "$folder/computed-$PID"
                while (-not (Test-Path "$folder/go")) { Start-Sleep -Milliseconds 20 }
                $PID
            }
            "$($state.Name) $(if ($state.Result -eq $PID) { 'mine' } else { 'of the other' })"
            """;
        using FlowProcess one = StartScript(Script, "one.ps1");
        using FlowProcess other = StartScript(Script, "other.ps1");
        one.WaitForLines("begins");
        other.WaitForLines("begins");
        File.WriteAllText(_folder.PathOf("go"), string.Empty);

        string[] ends = [one.WaitForExit().Lines[^1], other.WaitForExit().Lines[^1]];

        Assert.Equal(["Cached of the other", "Completed mine"], ends.Order(StringComparer.Ordinal));
        Assert.Single(Files("computed-*"));
    }

    [Fact]
    public void When_the_process_that_computes_is_killed_another_one_does()
    {
        using FlowProcess one = StartScript("""
            Invoke-FlowTask t -CacheKey k {
                [Console]::Out.WriteLine('computes')
                while (-not (Test-Path "$folder/die")) { Start-Sleep -Milliseconds 20 }
                [Diagnostics.Process]::GetCurrentProcess().Kill()
            }
            """, "dies.ps1");
        one.WaitForLines("computes");
        using FlowProcess other = StartScript("""
            [Console]::Out.WriteLine('begins')
            Invoke-FlowTask t -CacheKey k { 'computed' }
            """, "other.ps1");
        other.WaitForLines("begins");
        File.WriteAllText(_folder.PathOf("die"), string.Empty);

        FlowResult result = other.WaitForExit();
        Assert.Equal(string.Empty, result.Error);
        Assert.Equal("computed", result.Lines[^1]);
    }
}
