using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>$using:, for users who are used to it.</summary>
public sealed class UsingTests : FlowTest
{
    [Theory]
    [InlineData("$using:number", 5)]
    [InlineData("$USING:Number", 5)]
    [InlineData("$using:table.Key", 6)]
    [InlineData("$using:table['Key']", 6)]
    [InlineData("$using:list[1]", 8)]
    [InlineData("$using:table.Inner.Deep", 9)]
    [InlineData("${using:a name}", 10)]
    public void Values_of_the_caller_are_found(string expression, int expected)
    {
        const string Setup = "$number = 5; $list = 7, 8; $table = @{ Key = 6; Inner = @{ Deep = 9 } }; ${a name} = 10; ";
        Assert.Equal(expected, Value($"{Setup} {{ {expression} }} | Start-Subflow -Parallel | Receive-FlowResult"));
        Assert.Equal(expected, Value($"{Setup} {{ {expression} }} | Start-Subflow | Receive-FlowResult"));
        Assert.Equal(expected, Value($"{Setup} New-Flow f {{ {expression} }} | Invoke-Flow | Receive-FlowResult"));
    }

    [Fact]
    public void It_is_found_where_the_engine_itself_has_brought_it() =>
        Assert.Equal([5, 5], Values("""
            $number = 5
            $module = (Get-Module FlowModule).Path
            1 | ForEach-Object -Parallel {
                Import-Module $using:module
                Invoke-Flow { $using:number } | Receive-FlowResult
                Start-Subflow { $using:number } -Parallel | Receive-FlowResult
            }
            """));

    [Fact]
    public void It_works_in_inner_script_blocks() =>
        Assert.Equal([11, 12], Values("$add = 10; { 1, 2 | ForEach-Object { $_ + $using:add } } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void It_works_in_a_script_block_called_with_an_operator() =>
        Assert.Equal([10, 10], Values("$add = 10; { & { $using:add }; . { $using:add } } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void It_works_in_a_subflow_of_a_subflow_for_values_of_either() =>
        Assert.Equal("outer-inner", Value("""
            $outer = 'outer'
            {
                $inner = 'inner'
                { "$using:outer-$using:inner" } | Start-Subflow -Parallel
            } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void It_works_beside_parameters_and_the_item() =>
        Assert.Equal(["1-a-x", "2-a-x"], Values("""
            $suffix = 'x'
            1, 2 | Start-Subflow { param($n, $letter) "$n-$letter-$using:suffix" } -Parallel -KeepOrder -Parameters @{ letter = 'a' } | Receive-FlowResult
            """));

    [Fact]
    public void It_works_in_a_body_with_a_process_block() =>
        Assert.Equal("1x", Value("""$suffix = 'x'; 1 | Start-Subflow { process { "$_$using:suffix" } } -Parallel | Receive-FlowResult"""));

    [Fact]
    public void Its_value_is_the_callers_object_itself()
    {
        var list = new List<int>();
        Session.Set("list", list);
        Values("1..5 | Start-Subflow { $list = $using:list; $list.Add($_) } -Parallel -ThrottleLimit 1 | Out-Null");
        Assert.Equal([1, 2, 3, 4, 5], list.Order());
    }

    [Fact]
    public void A_script_block_value_runs_in_the_worker() =>
        Assert.Equal(4, Value("$double = { $args[0] * 2 }; { & $using:double 2 } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Theory]
    [InlineData("{ $ran.Add(1); $using:missing } | Start-Subflow -Parallel")]
    [InlineData("1..3 | Start-Subflow { $ran.Add(1); $using:missing } -Parallel")]
    [InlineData("1..3 | Start-Subflow { $ran.Add(1); $using:missing.Property } -Parallel")]
    [InlineData("Get-FlowClosure { $using:missing }")]
    [InlineData("New-Flow f { $ran.Add(1); $using:missing } | Invoke-Flow -AsJob")]
    public void An_undefined_variable_is_one_error_before_anything_runs(string script)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        ScriptResult result = Run(script);
        Assert.StartsWith("UsingVariableNotFound,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("$using:missing", result.OnlyError.ToString(), StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(ran);
    }

    [Theory]
    [InlineData("New-Flow f { $ran.Add(1); $using:missing } | Invoke-Flow")]
    [InlineData("{ $ran.Add(1); $using:missing } | Start-Subflow")]
    [InlineData("Invoke-FlowTask { $ran.Add(1); $using:missing }")]
    public void An_undefined_variable_is_one_error_in_this_session_too(string script)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        ScriptResult result = Run(script);
        Assert.StartsWith("UsingVariableNotFound", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(ran);
    }

    [Theory]
    [InlineData("{ $using:missing } | Start-Subflow")]
    [InlineData("Invoke-FlowTask { $using:missing }")]
    [InlineData("$null = Start-FlowTask { $using:missing }")]
    public void A_flow_that_started_what_could_not_start_ends_all_the_same(string body) =>
        Assert.Equal("UsingVariableNotFound", ((string)Value($"(Invoke-Flow {{ try {{ {body} }} catch {{ $_.FullyQualifiedErrorId }} }}).Result")!).Split(',')[0]);

    [Fact]
    public void A_null_value_is_a_value() =>
        Assert.Equal(true, Value("$nothing = $null; { $null -eq $using:nothing } | Start-Subflow -Parallel | Receive-FlowResult"));
}
