using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>Variables with names that PowerShell uses itself: a body on a worker sees the same of them as a body in the session.</summary>
public sealed class AutomaticVariableTests : FlowTest
{
    [Theory]
    [InlineData("$null = 'x42' -match '\\d+'", "$matches[0]", "42")]
    [InlineData("$null = 'x42' -match '\\d+'", "if ('y' -match 'y') { }; $matches[0]", "y")]
    [InlineData("$null = 'x42' -match '\\d+'", "switch -Regex ('z') { 'z' { $matches[0] } }", "z")]
    [InlineData("$event = 'e'", "$event", "e")]
    [InlineData("$sender = 's'", "\"$sender\"", "s")]
    [InlineData("$eventArgs = 'a'", "$EventArgs", "a")]
    [InlineData("$eventSubscriber = 'b'", "$EventSubscriber", "b")]
    [InlineData("$this = 't'", "$this", "t")]
    [InlineData("$switch = 'on'", "$switch", "on")]
    [InlineData("$global:PROFILE = 'profile.ps1'", "$PROFILE", "profile.ps1")]
    [InlineData("$event = 'e'", "& { $event }", "e")]
    public void One_that_the_caller_has_set_goes_along(string set, string read, string value) =>
        Assert.Equal([value, value, value], Values($$"""
            {{set}}
            foreach ($way in @{}, @{ Parallel = $true }, @{ Isolation = 'NewRunspace' }) { (Start-Subflow { {{read}} } @way).Result }
            """));

    [Fact]
    public void In_a_method_of_an_object() =>
        Assert.Equal("5", Value("""
            $object = [pscustomobject]@{ Number = 5 } | Add-Member ScriptMethod Ask { (Start-Subflow { "$($this.Number)" } -Parallel).Result } -PassThru
            $object.Ask()
            """));

    [Theory]
    [InlineData("$args", "")]
    [InlineData("$PSBoundParameters.Count", "0")]
    [InlineData("$using:args", "1 2")]
    public void One_that_each_body_has_of_its_own_is_its_own(string read, string value) =>
        Assert.Equal([value, value], Values($$"""
            function Start-It { foreach ($way in @{}, @{ Parallel = $true }) { (Start-Subflow { "$({{read}})" } @way).Result } }
            Start-It 1 2
            """));

    [Fact]
    public void The_place_of_a_loop_stays_with_the_loop() =>
        Assert.Equal(["", ""], Values("foreach ($i in 1, 2) { (Start-Subflow { \"$($foreach.Current)\" } -Parallel).Result }"));
}
