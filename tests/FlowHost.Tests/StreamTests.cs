using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

public sealed class StreamTests : IDisposable
{
    private const char Escape = '\u001b';

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_stream_is_shown_as_pwsh_shows_it()
    {
        FlowResult result = _folder.Run("""
            'output'
            Write-Host 'host ' -NoNewline -ForegroundColor Red
            Write-Host 'line'
            Write-Warning 'careful'
            Write-Verbose 'not asked for'
            Write-Verbose 'detail' -Verbose
            Write-Debug 'trace' -Debug
            Write-Information 'hidden'
            Write-Information 'shown' -InformationAction Continue
            Write-Progress -Activity 'Working' -PercentComplete 5
            'last'
            """);

        Assert.Equal(
            ["output", "host line", "WARNING: careful", "VERBOSE: detail", "DEBUG: trace", "shown", "last"],
            result.Lines);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Errors_go_to_standard_error_with_their_place()
    {
        FlowResult result = _folder.Run("'before'\nGet-Item ./nothing-here\n'between'\nthrow 'the end'");

        Assert.Equal(["before", "between"], result.Lines);
        Assert.Contains("Get-Item: " + _folder.PathOf("test.ps1") + ":2", result.Error, StringComparison.Ordinal);
        Assert.Contains("   4 |  throw 'the end'", result.Error, StringComparison.Ordinal);
        Assert.Contains("     | the end", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_s_Write_Error_points_to_the_call()
    {
        FlowResult result = _folder.Run("function f {\n  Write-Error 'from f'\n}\nf");

        Assert.Contains("test.ps1:4", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("test.ps1:2", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Redirected_output_has_no_escape_sequences()
    {
        FlowResult result = _folder.Run("""
            Write-Host 'red' -ForegroundColor Red -BackgroundColor White
            "$($PSStyle.Foreground.Green)green$($PSStyle.Reset)"
            [pscustomobject]@{ A = 1; B = 2 }
            Write-Warning 'careful'
            Write-Error 'wrong'
            throw 'the end'
            """);

        Assert.DoesNotContain(Escape, result.Output);
        Assert.DoesNotContain(Escape, result.Error);
        Assert.Contains("green", result.Lines);
    }

    [Fact]
    public void Text_is_UTF_8_without_a_byte_order_mark()
    {
        Assert.Equal("café ☕ 😀", _folder.Run("'café ☕ 😀'").Output);
    }

    [Fact]
    public void Objects_are_formatted_by_the_engine_s_views()
    {
        FlowResult result = _folder.Run("[pscustomobject]@{ Name = 'a'; Value = 1 }, [pscustomobject]@{ Name = 'bc'; Value = 22 }");

        Assert.Equal(["", "Name Value", "---- -----", "a        1", "bc      22", ""], result.Lines);
    }

    [Fact]
    public void WhatIf_tells_and_does_nothing()
    {
        FlowResult result = _folder.Run("Remove-Item $PSCommandPath -WhatIf; Test-Path $PSCommandPath");

        Assert.Equal(
            [$"What if: Performing the operation \"Remove File\" on target \"{_folder.PathOf("test.ps1")}\".", "True"],
            result.Lines);
    }

    [UnixFact]
    public void Output_is_in_order_with_that_of_native_commands()
    {
        FlowResult result = _folder.Run("'one'; /bin/echo two; 'three'; [Console]::Out.WriteLine('four'); 'five'");

        Assert.Equal(["one", "two", "three", "four", "five"], result.Lines);
    }

    [Fact]
    public void A_question_that_nobody_can_answer_is_an_error()
    {
        FlowResult result = _folder.Run("try { $Host.UI.ReadLine() } catch { \"caught: $($_.Exception.InnerException.Message)\" }");

        Assert.Equal("caught: Reading a line needs an answer, but standard input is not a terminal.", result.Output);
    }
}
