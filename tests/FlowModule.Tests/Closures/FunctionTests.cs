using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>Functions and aliases of the caller in a worker.</summary>
public sealed class FunctionTests : FlowTest
{
    [Fact]
    public void A_function_and_what_it_calls_in_turn_are_found() =>
        Assert.Equal("<<x>>", Value("""
            function Inner($text) { "<$text>" }
            function Middle($text) { Inner $text }
            function Outer($text) { Inner (Middle $text) }
            { Outer x } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Parameters_in_the_function_head_keep_types_and_defaults() =>
        Assert.Equal(["Int32", "7", "b"], Values("""
            function Get-It([int] $number, $other = 7, [ValidateSet('a', 'b')] [string] $letter = 'a') { $number.GetType().Name; "$other"; $letter }
            { Get-It '5' -letter b } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void An_advanced_function_keeps_its_blocks()
    {
        ScriptResult result = Run("""
            function Invoke-It {
                [CmdletBinding()]
                param([Parameter(ValueFromPipeline)] $item)
                begin { 'begin' }
                process { "$item" }
                end { 'end' }
                clean { Write-Host 'clean' }
            }
            { 1, 2 | Invoke-It } | Start-Subflow -Parallel | Receive-FlowResult
            """).Clean();
        Assert.Equal(["begin", "1", "2", "end"], result.Output);
        Assert.Equal(["clean"], result.Lines);
    }

    [Fact]
    public void Parameters_in_the_function_head_go_with_a_clean_block()
    {
        ScriptResult result = Run("""
            function Invoke-It($item) { end { "$item" } clean { Write-Host 'clean' } }
            { Invoke-It 1 } | Start-Subflow -Parallel | Receive-FlowResult
            """).Clean();
        Assert.Equal(["1"], result.Output);
        Assert.Equal(["clean"], result.Lines);
    }

    [Fact]
    public void Parameters_in_the_function_head_go_with_a_process_block() =>
        Assert.Equal([3, 4], Values("""
            function Add-To($number) { process { $_ + $number } }
            { 1, 2 | Add-To 2 } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_filter_is_found() =>
        Assert.Equal([2, 4], Values("filter Double { $_ * 2 }; { 1, 2 | Double } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void An_alias_of_a_function_is_found() =>
        Assert.Equal("long", Value("""
            function Get-LongName { 'long' }
            Set-Alias gln Get-LongName
            { gln } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void An_alias_of_an_alias_and_of_a_cmdlet_are_found() =>
        Assert.Equal([1, 2], Values("""
            Set-Alias each ForEach-Object
            Set-Alias every each
            { 1 | every { $_ }; 2 | each { $_ } } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_function_that_hides_a_cmdlet_hides_it_in_the_worker_too() =>
        Assert.Equal("mine", Value("function Get-Command { 'mine' }; { Get-Command } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_function_that_calls_itself_is_found() =>
        Assert.Equal(120, Value("function Fact($n) { if ($n -le 1) { 1 } else { $n * (Fact ($n - 1)) } }; { Fact 5 } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Functions_that_call_each_other_are_found() =>
        Assert.Equal(true, Value("""
            function Even($n) { if ($n -eq 0) { $true } else { Odd ($n - 1) } }
            function Odd($n) { if ($n -eq 0) { $false } else { Even ($n - 1) } }
            { Even 10 } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Variables_that_a_function_uses_are_found() =>
        Assert.Equal("pre-x", Value("""
            $prefix = 'pre'
            function Add-Prefix($text) { "$prefix-$text" }
            { Add-Prefix x } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Functions_local_to_a_function_are_found() =>
        Assert.Equal("local", Value("""
            function Start-It { function Get-Local { 'local' }; { Get-Local } | Start-Subflow -Parallel }
            Start-It | Receive-FlowResult
            """));

    [Fact]
    public void A_function_named_through_its_drive_is_found() =>
        Assert.Equal("it", Value("function Get-It { 'it' }; { & ${function:Get-It} } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Functions_defined_in_the_body_are_its_own() =>
        Assert.Equal("own", Value("function Get-It { 'callers' }; { function Get-It { 'own' }; Get-It } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_function_called_before_the_body_defines_its_own_is_the_callers() =>
        Assert.Equal(["callers", "own"], Values("""
            function Get-It { 'callers' }
            { Get-It; function Get-It { 'own' }; Get-It } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_function_reaches_inner_subflows_of_a_subflow() =>
        Assert.Equal("deep", Value("""
            function Get-Deep { 'deep' }
            { { { Get-Deep } | Start-Subflow -Parallel } | Start-Subflow -Parallel } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Functions_of_a_dot_sourced_file_keep_file_and_folder()
    {
        string library = Folder.Write("library.ps1", "function Get-Where { $PSScriptRoot; $MyInvocation.MyCommand.ScriptBlock.File }");
        Assert.Equal([Folder.FullPath, library], Values($". '{library}'; {{ Get-Where }} | Start-Subflow -Parallel | Receive-FlowResult"));
    }

    [Fact]
    public void An_unknown_command_fails_the_run_as_it_would_a_script()
    {
        ScriptResult result = Run("{ Get-NoSuchThing } | Start-Subflow -Parallel");
        Assert.Equal("CommandNotFoundException", Assert.Single(result.Errors).FullyQualifiedErrorId);
        Assert.Equal(StateType.Failed, result.State.Type);
    }

    [Fact]
    public void Names_computed_at_run_time_need_a_script_block_in_a_variable() =>
        Assert.Equal("it", Value("function Get-It { 'it' }; $command = ${function:Get-It}; { & $command } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_command_object_in_a_variable_can_be_called() =>
        Assert.Equal("it", Value("function Get-It { 'it' }; $command = Get-Command Get-It; { & $command } | Start-Subflow -Parallel | Receive-FlowResult"));
}
