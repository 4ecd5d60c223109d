using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

public sealed class ExitCodeTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "'ok'")]
    [InlineData(0, "Write-Error 'only an error record'")]
    [InlineData(1, "throw 'no'")]
    [InlineData(1, "Get-Item (Join-Path $PSScriptRoot nothing) -ErrorAction Stop")]
    [InlineData(3, "exit 3")]
    [InlineData(0, "exit")]
    [InlineData(6, "try { exit 6 } finally { 'finally' }")]
    [InlineData(4, "function leave { exit 4 }; leave; throw 'not reached'")]
    [InlineData(0, "$global:LASTEXITCODE = 5")]
    [InlineData(5, "$Host.SetShouldExit(5)")]
    public void The_exit_code_is_the_script_s(int expected, string script)
    {
        Assert.Equal(expected, _folder.Run(script).ExitCode);
    }

    [UnixFact]
    public void A_native_command_s_exit_code_is_not_the_script_s()
    {
        FlowResult result = _folder.Run("& /bin/sh -c 'exit 7'; \"after $LASTEXITCODE\"");

        Assert.Equal((0, "after 7"), (result.ExitCode, result.Output));
    }

    [Fact]
    public void Exit_in_a_called_script_ends_that_script_only()
    {
        _folder.Add("exit 9", "other.ps1");

        FlowResult result = _folder.Run("& $PSScriptRoot/other.ps1; \"after $LASTEXITCODE\"");

        Assert.Equal((0, "after 9"), (result.ExitCode, result.Output));
    }

    [Fact]
    public void Exit_in_a_dot_sourced_script_s_function_ends_the_script()
    {
        _folder.Add("function leave { exit 9 }", "library.ps1");

        Assert.Equal(9, _folder.Run(". $PSScriptRoot/library.ps1; leave; throw 'not reached'").ExitCode);
    }

    [Fact]
    public void A_script_that_does_not_parse_is_bad_input_and_runs_nothing()
    {
        FlowResult result = _folder.Run("'ran'\nif (1 {");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("ParserError", result.Error, StringComparison.Ordinal);
        Assert.Contains("test.ps1:2", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_called_script_that_does_not_parse_is_no_bad_input()
    {
        _folder.Add("if (1 {", "other.ps1");

        Assert.Equal(1, _folder.Run("$ErrorActionPreference = 'Stop'; & $PSScriptRoot/other.ps1").ExitCode);
    }

    [Fact]
    public void A_requirement_that_is_not_met_is_bad_input()
    {
        FlowResult result = _folder.Run("#Requires -Modules NoSuchModuleAnywhere\n'ran'");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
    }

    [Theory]
    [InlineData("no-such-script.ps1")]
    [InlineData("no-script.txt")]
    [InlineData(".")]
    public void A_path_that_is_no_script_is_bad_input_in_one_line(string path)
    {
        FlowResult result = FlowProcess.Invoke(["run", path]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"'{path}'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("run")]
    [InlineData("--bogus")]
    public void An_unknown_command_line_is_bad_input(string argument)
    {
        Assert.Equal(2, FlowProcess.Invoke([argument]).ExitCode);
    }

    [Fact]
    public void Version_and_help_are_told()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", FlowProcess.Invoke(["--version"]).Output);
        Assert.Contains("run <SCRIPT>", FlowProcess.Invoke(["--help"]).Output, StringComparison.Ordinal);
        Assert.Contains("pwsh -File", FlowProcess.Invoke(["run", "--help"]).Output, StringComparison.Ordinal);
    }
}
