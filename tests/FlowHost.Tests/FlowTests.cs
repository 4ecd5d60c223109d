using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

public sealed class FlowTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "New-Flow f { 'fine' } | Invoke-Flow")]
    [InlineData(1, "New-Flow f { throw 'no' } | Invoke-Flow")]
    [InlineData(0, "New-Flow f { throw 'no' } | Invoke-Flow; exit 0")]
    [InlineData(3, "New-Flow f { 'fine' } | Invoke-Flow; exit 3")]
    [InlineData(1, "New-Flow a { throw 'no' } | Invoke-Flow; New-Flow b { 'fine' } | Invoke-Flow")]
    [InlineData(0, "New-Flow f { $null = { throw 'no' } | Start-Subflow -ErrorAction Ignore; 'data of its own' } | Invoke-Flow")]
    public void The_exit_code_tells_how_the_top_level_flow_runs_ended(int expected, string script)
    {
        FlowResult result = _folder.Run(script);

        Assert.True(expected == result.ExitCode, $"Exit code {result.ExitCode}. {result.Output}\n{result.Error}");
    }

    [Fact]
    public void A_run_that_the_script_leaves_behind_is_stopped_and_told()
    {
        FlowResult result = _folder.Run("""
            $started = [Threading.ManualResetEventSlim]::new()
            $job = New-Flow f {
                try { $started.Set(); Start-Sleep 3600 }
                finally { [Console]::Out.WriteLine('in finally') }
            } | Invoke-Flow -AsJob
            $started.Wait()
            'script ends'
            """);

        Assert.Equal((3, "script ends\nin finally"), (result.ExitCode, result.Output));
        Assert.Contains("still active", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_host_and_the_script_share_one_module()
    {
        FlowResult result = _folder.Run("""
            $loaded = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like 'FlowModule*' }
            $loaded | ForEach-Object { $_.GetName().Name } | Sort-Object
            (Get-Command New-Flow).ImplementingType.Assembly -eq ($loaded | Where-Object { $_.GetName().Name -eq 'FlowModule' })
            """);

        Assert.Equal(["FlowModule", "FlowModule.Engine", "True"], result.Lines);
    }

    [Theory]
    [InlineData("Import-Module FlowModule")]
    [InlineData("using module FlowModule")]
    [InlineData("#Requires -Modules FlowModule")]
    public void A_script_that_also_runs_in_pwsh_imports_the_module_that_is_there(string first)
    {
        FlowResult result = _folder.Run(first + """

            (1..2 | Start-Subflow { $_ * 2 } -Parallel -KeepOrder -InformationAction Ignore | Receive-FlowResult) -join ','
            @(Get-Module FlowModule).Count
            """);

        Assert.Equal(("", 0), (result.Error, result.ExitCode));
        Assert.Equal(["2,4", "1"], result.Lines);
    }

    [Fact]
    public void Standard_commands_are_there_in_subflows()
    {
        FlowResult result = _folder.Run("""
            $states = 1..2 | Start-Subflow -Parallel -Flow { Write-Output (Join-Path a b) | Select-Object -First 1 } 6>$null
            $states | ForEach-Object { $_.Result.Length }
            """);

        Assert.Equal(["3", "3"], result.Lines);
    }
}
