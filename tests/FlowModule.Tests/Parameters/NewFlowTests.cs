using FlowModule.Tests.Support;

namespace FlowModule.Tests.Parameters;

/// <summary>Flows from files, and the names of their runs.</summary>
public sealed class NewFlowTests : FlowTest
{
    [Theory]
    [InlineData("plain")]
    [InlineData("with space")]
    [InlineData("a [b] c")]
    [InlineData("quote 'n' dollar $x")]
    public void A_file_with_any_name_is_a_flow(string name)
    {
        string file = Folder.Write($"{name}/{name}.ps1", "param($x)\n$PSScriptRoot\n$PSCommandPath\n$x");
        Session.Set("file", file);
        Assert.Equal(
            [name, file, .. Enumerable.Repeat<object[]>([Path.GetDirectoryName(file)!, file, 1], 3).SelectMany(value => value)],
            Values("""
                $flow = New-Flow -Path $file; $flow.Name; $flow.Path
                $flow | Invoke-Flow -Parameters @{ x = 1 } | Receive-FlowResult
                1 | Start-Subflow $flow | Receive-FlowResult
                1 | Start-Subflow $flow -Parallel | Receive-FlowResult
                """));
    }

    [Fact]
    public void A_relative_path_counts_from_the_location()
    {
        Folder.Write("nightly.ps1", "'ran'");
        Assert.Equal("ran", Value($"Set-Location '{Folder.FullPath}'; New-Flow -Path ./nightly.ps1 | Start-Subflow -Parallel | Receive-FlowResult"));
    }

    [Fact]
    public void A_file_may_be_given_a_name_of_its_own()
    {
        string file = Folder.Write("nightly.ps1", "1");
        Assert.Equal("other", Value($"(New-Flow other -Path '{file}').Name"));
    }

    [Fact]
    public void Files_are_taken_from_the_pipeline_of_paths() =>
        Assert.Equal("nightly", Value($"'{Folder.Write("nightly.ps1", "1")}' | ForEach-Object {{ (New-Flow -Path $_).Name }}"));

    [Theory]
    [InlineData("'run-{x}'", "run-5")]
    [InlineData("'{X}-{flow}'", "5-f")]
    [InlineData("'{x:000}'", "005")]
    [InlineData("'{{x}} {x}'", "{x} 5")]
    [InlineData("'{_}'", "5")]
    [InlineData("'{y}!'", "!")]
    [InlineData("'fixed'", "fixed")]
    [InlineData("{ \"block-$_-$($Parameters.x)\" }", "block-5-5")]
    public void Runs_are_named_by_template_or_script_block(string runName, string expected)
    {
        Assert.Equal(expected, Value($"5 | Start-Subflow (New-Flow f {{ param($x, $y) $FlowRun.Name }} -RunName {runName}) | Receive-FlowResult"));
        Assert.Equal(expected, Value($"5 | Start-Subflow (New-Flow f {{ param($x, $y) $FlowRun.Name }} -RunName {runName}) -Parallel | Receive-FlowResult"));
    }

    [Theory]
    [InlineData("param($Foo = 'bar')", "{Foo}", "bar")]
    [InlineData("param([int] $Foo = '5')", "{Foo:000}", "005")]
    [InlineData("param([DayOfWeek] $Foo = 1)", "{Foo}", "Monday")]
    [InlineData("param([switch] $Foo)", "{Foo}", "False")]
    [InlineData("param([int] $Foo)", "{Foo}", "0")]
    [InlineData("param([Alias('F')] $Foo = 'bar')", "{F}", "bar")]
    [InlineData("param([string] $Date = 'monday')", "{Date}", "monday")]
    [InlineData("param($Foo = (Get-Date))", "{Foo}", "")]
    [InlineData("param($Foo = \"$(throw 'evaluated')\")", "{Foo}", "")]
    [InlineData("param($Foo)", "{Foo}", "")]
    public void A_parameter_that_is_not_given_shows_its_default(string block, string place, string shown) =>
        Assert.Equal($"hi-{shown}", Value($"(New-Flow f {{ {block} }} -RunName 'hi-{place}' | Invoke-Flow -ErrorAction Ignore).Run.Name"));

    [Fact]
    public void A_given_value_shows_under_each_name_of_its_parameter() =>
        Assert.Equal("hi-given", Value("(New-Flow f { param([Alias('F')] $Foo = 'bar') } -RunName 'hi-{F}' | Invoke-Flow -Parameters @{ Foo = 'given' }).Run.Name"));

    [Fact]
    public void A_template_can_hold_the_date() =>
        Assert.Matches("^etl-[0-9]{8}$", (string)Value("(New-Flow f { 1 } -RunName 'etl-{Date:yyyyMMdd}' | Invoke-Flow).Run.Name")!);

    [Fact]
    public void Without_a_template_runs_have_two_words() =>
        Assert.Matches("^[a-z]+-[a-z]+$", (string)Value("(New-Flow f { 1 } | Invoke-Flow).Run.Name")!);

    [Fact]
    public void A_name_script_that_fails_for_one_item_fails_that_run_only() =>
        Assert.Equal([StateType.Completed, StateType.Failed, StateType.Completed],
            Run("1, 0, 2 | Start-Subflow (New-Flow f { 1 } -RunName { if ($_ -eq 0) { throw 'no name' }; \"n$_\" }) -Parallel -KeepOrder").States.Select(state => state.Type));

    [Fact]
    public void A_flow_of_a_known_name_replaces_it() =>
        Assert.Equal([2, 1], Values("$null = New-Flow f { 1 }; $null = New-Flow F { 2 }; Invoke-Flow f | Receive-FlowResult; @(Get-Flow).Count"));

    [Fact]
    public void WhatIf_defines_nothing() => Assert.Empty(Values("New-Flow f { 1 } -WhatIf; Get-Flow"));
}
