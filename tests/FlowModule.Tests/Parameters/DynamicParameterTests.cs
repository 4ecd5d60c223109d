using FlowModule.Tests.Support;

namespace FlowModule.Tests.Parameters;

/// <summary>A flow's parameters as parameters of Invoke-Flow.</summary>
public sealed class DynamicParameterTests : FlowTest
{
    [Theory]
    [InlineData("param($x, $y)", "-x 1 -y 2")]
    [InlineData("param($x, $y)", "1 2")]
    [InlineData("param($x, $y)", "-y 2 1")]
    [InlineData("param($x, [switch] $s, $y)", "1 2")]
    [InlineData("param([Parameter(Position = 1)] $y, [Parameter(Position = 0)] $x)", "1 2")]
    [InlineData("param([Parameter(Mandatory)] $x, $y = 2)", "-x 1")]
    [InlineData("param([Alias('first')] $x, $y = 2)", "-first 1")]
    [InlineData("param([int] $x, [int] $y)", "-x '1' -y '2'")]
    [InlineData("param([ValidateSet('1', '2')] $x, [ValidateRange(1, 9)] $y)", "-x 1 -y 2")]
    [InlineData("[CmdletBinding()] param($x, $y)", "-x 1 -y 2")]
    [InlineData("param($x, $y)", "@table")]
    [InlineData("param($x, $y)", "@array")]
    [InlineData("param($x, $y)", "-Parameters $table")]
    [InlineData("param($x, $y)", "-Parameters @{ y = 2 } -x 1")]
    [InlineData("param($x, $y)", "-Parameters @{ y = 2 } 1")]
    [InlineData("param([Parameter(Mandatory)] $x, [Parameter(Mandatory)] $y)", "-Parameters @{ x = 1; y = 2 }")]
    [InlineData("param([Parameter(HelpMessage = 'the x')] $x, $y = 2)", "-x 1")]
    [InlineData("param([Parameter(ValueFromPipeline)] $x, [Parameter(ValueFromPipelineByPropertyName)] $y)", "-x 1 -y 2")]
    public void They_are_bound_as_a_functions_are(string declaration, string arguments)
    {
        const string Setup = "$table = @{ x = 1; y = 2 }; $array = 1, 2;";
        Assert.Equal("1-2", Value($"{Setup} $null = New-Flow f {{ {declaration} \"$x-$y\" }}; Invoke-Flow f {arguments} | Receive-FlowResult"));
        Assert.Equal("1-2", Value($"{Setup} $flow = New-Flow f {{ {declaration} \"$x-$y\" }}; Invoke-Flow $flow {arguments} | Receive-FlowResult"));
        Assert.Equal("1-2", Value($"{Setup} Invoke-Flow {{ {declaration} \"$x-$y\" }} {arguments} | Receive-FlowResult"));
    }

    [Theory]
    [InlineData("", "False")]
    [InlineData("-On", "True")]
    [InlineData("-On:$false", "False")]
    public void A_switch_is_a_switch(string arguments, string expected) =>
        Assert.Equal(expected, Value($"$null = New-Flow f {{ param([switch] $On) \"$On\" }}; Invoke-Flow f {arguments} | Receive-FlowResult"));

    [Fact]
    public void What_is_not_given_is_not_bound() =>
        Assert.Equal(["y", "default"], Values("$null = New-Flow f { param($x = 'default', $y) $PSBoundParameters.Keys; $x }; Invoke-Flow f -y 1 | Receive-FlowResult"));

    [Fact]
    public void Types_are_converted_before_the_body_runs() =>
        Assert.Equal(["DateTime", "Int32[]", "Uri"], Values("""
            $null = New-Flow f { param([datetime] $day, [int[]] $numbers, [uri] $url) $day.GetType().Name; $numbers.GetType().Name; $url.GetType().Name }
            Invoke-Flow f -day '2020-01-01' -numbers '1', '2' -url 'http://x' | Receive-FlowResult
            """));

    [Fact]
    public void Parameter_sets_are_the_flows() =>
        Assert.Equal(["A", "B"], Values("""
            $null = New-Flow f { param([Parameter(ParameterSetName = 'A', Mandatory)] $first, [Parameter(ParameterSetName = 'B', Mandatory)] $second) $PSCmdlet.ParameterSetName }
            Invoke-Flow f -first 1 | Receive-FlowResult; Invoke-Flow f -second 1 | Receive-FlowResult
            """));

    [Fact]
    public void Remaining_arguments_are_taken() =>
        Assert.Equal("a b-c", Value("$null = New-Flow f { param($x, [Parameter(ValueFromRemainingArguments)] $rest) \"$x $($rest -join '-')\" }; Invoke-Flow f a b c | Receive-FlowResult"));

    [Theory]
    [InlineData("param([int] $x)", "-x text", "ParameterArgumentTransformationError")]
    [InlineData("param([ValidateSet('a', 'b')] $x)", "-x c", "ParameterArgumentValidationError")]
    [InlineData("param([ValidateRange(1, 9)][int] $x)", "-x 10", "ParameterArgumentValidationError")]
    [InlineData("param([ValidateScript({ $_ -gt 5 })] $x)", "-x 3", "ParameterArgumentValidationError")]
    [InlineData("param([Parameter(Mandatory)][string] $x)", "-x ''", "ParameterArgumentValidationErrorEmptyStringNotAllowed")]
    [InlineData("param($x)", "-nosuch 1", "NamedParameterNotFound")]
    [InlineData("param($x)", "1 2", "PositionalParameterNotFound")]
    public void Bad_values_are_one_error_and_nothing_runs(string declaration, string arguments, string id)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        ScriptResult result = Run($"$null = New-Flow f {{ {declaration} $ran.Add(1) }}; Invoke-Flow f {arguments}");
        Assert.Equal($"{id},FlowModule.Commands.InvokeFlowCommand", result.OnlyError.FullyQualifiedErrorId);
        Assert.Empty(result.Output);
        Assert.Empty(ran);
    }

    [Fact]
    public void A_name_that_the_cmdlet_has_itself_goes_through_Parameters() =>
        Assert.Equal("5-t", Value("""
            $null = New-Flow f { param($TimeoutSeconds, $Name) "$TimeoutSeconds-$Name" }
            Invoke-Flow f -Parameters @{ TimeoutSeconds = 5; Name = 't' } | Receive-FlowResult
            """));

    [Fact]
    public void A_name_given_both_ways_is_taken_as_the_parameter() =>
        Assert.StartsWith("NamedParameterNotFound", Run("$null = New-Flow f { param($x) $x }; Invoke-Flow f -Parameters @{ x = 1 } -x 2").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void A_flow_without_parameters_has_none() =>
        Assert.StartsWith("NamedParameterNotFound", Run("$null = New-Flow f { 1 }; Invoke-Flow f -x 1").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void The_common_parameters_work_beside_them() =>
        Assert.Equal("1", Value("$null = New-Flow f { [CmdletBinding(SupportsShouldProcess)] param($x) \"$x\" }; Invoke-Flow f -x 1 -ErrorAction Stop -OutVariable o -InformationAction Ignore | Receive-FlowResult"));

    [Fact]
    public void WhatIf_runs_nothing()
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        Assert.Equal([1, 2], Values("$null = New-Flow f { $ran.Add(1) }; (Invoke-Flow f -WhatIf).Count; ('f', 'f' | Start-Subflow -WhatIf).Count"));
        Assert.Empty(ran);
    }

    [Fact]
    public void Piped_flows_all_get_the_given_parameters() =>
        Assert.Equal(["a1", "b1"], Values("(New-Flow a { param($x) \"a$x\" }), (New-Flow b { param($x) \"b$x\" }) | Invoke-Flow -Parameters @{ x = 1 } | Receive-FlowResult"));

    [Fact]
    public void They_work_in_a_worker_and_in_a_constrained_session() =>
        Assert.Equal(["1", "2"], Values("""
            $null = New-Flow f { param([int] $x) "$x" }
            { Invoke-Flow f -x 1 } | Start-Subflow -Parallel | Receive-FlowResult
            $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
            Invoke-Flow { param([int] $x) "$x" } -x 2 | Receive-FlowResult
            """));
}
