using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>A body has the strict mode of the place that it belongs to, wherever it runs.</summary>
public sealed class StrictModeTests : FlowTest
{
    /// <summary>Detects the strict mode of its scope, and starts flows in all ways that run in a session of this process.</summary>
    private const string Ways = """
        $tell = {
            $version = 0
            try { $null = $unset } catch { $version = 1 }
            try { $null = (1).Unset } catch { $version = 2 }
            try { $null = @(1)[4] } catch { $version = 3 }
            "$version"
        }
        function Get-Everywhere($Start, $Block = $tell) {
            $text = { param($State) if ($State.IsCompleted) { $State.Result } else { $State.Message } }
            foreach ($way in @{}, @{ Parallel = $true }, @{ Isolation = 'NewRunspace' }) { & $text (& $Start $Block $way) }
        }
        $start = { param($Block, $Way) Start-Subflow $Block @Way }

        """;

    [Theory]
    [InlineData("-Off", "0")]
    [InlineData("-Version 1", "1")]
    [InlineData("-Version 2", "2")]
    [InlineData("-Version 3", "3")]
    [InlineData("-Version Latest", "3")]
    public void The_sessions_strict_mode_holds_in_every_subflow_and_task(string mode, string version) =>
        Assert.Equal(Enumerable.Repeat(version, 5), Values(Ways + $$"""
            Set-StrictMode {{mode}}
            Get-Everywhere $start
            Start-FlowTask t $tell | Receive-FlowTask
            (Invoke-Flow $tell).Result
            """));

    [Fact]
    public void To_find_it_leaves_no_error() =>
        Assert.Equal("0", Value("""
            Set-StrictMode -Version Latest
            $Error.Clear()
            $null = Start-Subflow { 1 } -Parallel
            "$($Error.Count)"
            """));

    [Fact]
    public void It_is_that_of_the_call_and_no_earlier_one() =>
        Assert.Equal(["0", "2", "0"], Values(Ways + """
            $one = @{ Parallel = $true; ThrottleLimit = 1 }
            (& $start $tell $one).Result
            & { Set-StrictMode -Version 2; (& $start $tell $one).Result }
            (& $start $tell $one).Result
            """));

    [Theory]
    [InlineData("Set-StrictMode -Version 2", "", "2")]
    [InlineData("Set-StrictMode -Version 2", "Set-StrictMode -Off", "0")]
    [InlineData("", "Set-StrictMode -Version 3", "3")]
    [InlineData("", "", "0")]
    public void A_body_of_a_module_has_that_of_its_module(string inModule, string inFunction, string version)
    {
        string module = Folder.Write("Ours.psm1", $$"""
            {{inModule}}
            $tell = {{Ways[Ways.IndexOf('{', StringComparison.Ordinal)..Ways.IndexOf("function", StringComparison.Ordinal)]}}
            function Start-Ours($Way) { {{inFunction}}; Start-Subflow $tell @Way }
            function Start-Any($Block, $Way) { Start-Subflow $Block @Way }
            """);
        Session.Set("module", module);
        Assert.Equal([version, version, version, "1", "1", "1"], Values(Ways + """
            Import-Module $module
            Set-StrictMode -Version 1
            $null = Get-Flow
            Get-Everywhere { param($Block, $Way) Start-Ours $Way }
            Get-Everywhere { param($Block, $Way) Start-Any $Block $Way }
            """));
    }

    [Fact]
    public void A_function_of_a_module_keeps_that_of_its_module()
    {
        Session.Set("module", Folder.Write("Loose.psm1", "function Get-Loose { try { $null = $unset; 'loose' } catch { 'strict' } }"));
        Assert.Equal(["loose", "loose", "loose"], Values(Ways + """
            Import-Module $module
            Set-StrictMode -Version Latest
            Get-Everywhere $start { Get-Loose }
            """));
    }

    [Fact]
    public void A_module_in_memory_keeps_its_own() =>
        Assert.Equal(["2", "2", "2", "0", "0", "0"], Values(Ways + """
            $strict = & (New-Module ([scriptblock]::Create("Set-StrictMode -Version 2; function Get-Made { { $tell } }"))) { Get-Made }
            Set-StrictMode -Version 3
            Get-Everywhere $start { & $strict }
            Get-Everywhere $start ([scriptblock]::Create("$tell").GetNewClosure())
            """));

    [Fact]
    public void A_hook_has_it_too() =>
        Assert.Equal("strict", Value("""
            Set-StrictMode -Version Latest
            $seen = [Collections.Concurrent.ConcurrentQueue[string]]::new()
            $null = New-Flow hooked { } -OnCompletion { $seen.Enqueue($(try { $null = $unset; 'loose' } catch { 'strict' })) } | Start-Subflow -Parallel
            $seen.ToArray()[0]
            """));
}
