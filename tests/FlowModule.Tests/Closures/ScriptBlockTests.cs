using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>Script blocks that are passed to a worker run there, not in the session that created them.</summary>
public sealed class ScriptBlockTests : FlowTest
{
    [Theory]
    [InlineData("$block = { $args[0] + $add }", "& $block 1")]
    [InlineData("$table = @{ Block = { $args[0] + $add } }", "& $table.Block 1")]
    [InlineData("$table = [ordered] @{ Block = { $args[0] + $add } }", "& $table.Block 1")]
    [InlineData("$object = [pscustomobject] @{ Block = { $args[0] + $add } }", "& $object.Block 1")]
    [InlineData("$array = @(0, { $args[0] + $add })", "& $array[1] 1")]
    [InlineData("$list = [System.Collections.Generic.List[object]] @({ $args[0] + $add })", "& $list[0] 1")]
    [InlineData("$typed = [scriptblock[]] @({ $args[0] + $add })", "& $typed[0] 1")]
    [InlineData("$nested = @{ Inner = @({ $args[0] + $add }) }", "& $nested.Inner[0] 1")]
    [InlineData("$block = { $args[0] + $add }", "$block.Invoke(1)")]
    [InlineData("$block = { $args[0] + $add }", "$block.InvokeReturnAsIs(1)")]
    [InlineData("$block = { $_ + $add }", "1 | ForEach-Object $block")]
    public void It_runs_in_the_worker_and_takes_along_what_it_uses(string setup, string call)
    {
        Assert.Equal(11, Value($"$add = 10; {setup}; {{ {call} }} | Start-Subflow -Parallel | Receive-FlowResult"));
        Assert.Equal(["True"], Values($$"""
            $where = { [runspace]::DefaultRunspace.InstanceId }
            { (& $where) -eq [runspace]::DefaultRunspace.InstanceId } | Start-Subflow -Parallel | Receive-FlowResult | ForEach-Object { "$_" }
            """));
    }

    [Fact]
    public void An_item_that_is_a_script_block_runs_in_the_worker() =>
        Assert.Equal(["True", "True"], Values("""
            { [runspace]::DefaultRunspace.InstanceId }, { [runspace]::DefaultRunspace.InstanceId } |
                Start-Subflow { (& $_) -eq [runspace]::DefaultRunspace.InstanceId } -Parallel | Receive-FlowResult | ForEach-Object { "$_" }
            """));

    [Fact]
    public void A_parameter_that_is_a_script_block_runs_in_the_worker() =>
        Assert.Equal("True", Value("""
            Start-Subflow { param($block) (& $block) -eq [runspace]::DefaultRunspace.InstanceId } -Parallel -Parameters @{ block = { [runspace]::DefaultRunspace.InstanceId } } |
                Receive-FlowResult | ForEach-Object { "$_" }
            """));

    [Fact]
    public void Many_workers_may_run_the_same_script_block_at_once()
    {
        using var gate = new Barrier(3);
        Session.Set("gate", gate);
        Assert.Equal([true, true, true], Values("""
            $block = { $gate.SignalAndWait(600000) }
            1..3 | Start-Subflow { & $block } -Parallel -ThrottleLimit 3 | Receive-FlowResult
            """));
    }

    [Theory]
    [InlineData("| Start-Subflow -Parallel -KeepOrder")]
    [InlineData("| Start-Subflow")]
    [InlineData("| Invoke-Flow")]
    public void A_closure_keeps_the_values_it_closed_over(string start) =>
        Assert.Equal([1, 2, 3], Values($$"""
            $flows = foreach ($n in 1..3) { New-Flow "f$n" { $n }.GetNewClosure() }
            $n = 99
            $flows {{start}} | Receive-FlowResult
            """));

    [Fact]
    public void A_closure_in_a_variable_keeps_the_values_it_closed_over() =>
        Assert.Equal(1, Value("""
            $n = 1; $block = { $n }.GetNewClosure(); $n = 99
            { & $block } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Closures_of_the_same_text_keep_their_own_values() =>
        Assert.Equal([1, 2, 3], Values("""
            $blocks = foreach ($n in 1..3) { { $n }.GetNewClosure() }
            { foreach ($block in $blocks) { & $block } } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_closure_made_in_a_function_keeps_its_parameters() =>
        Assert.Equal([3, 30], Values("""
            function New-Multiplier($factor) { { $_ * $factor }.GetNewClosure() }
            1 | Start-Subflow (New-Multiplier 3) -Parallel | Receive-FlowResult
            10 | Start-Subflow (New-Multiplier 3) | Receive-FlowResult
            """));

    [Fact]
    public void A_closure_calls_functions_of_the_session() =>
        Assert.Equal("<1>", Value("""
            function Wrap($text) { "<$text>" }
            $n = 1; $flow = New-Flow f { Wrap $n }.GetNewClosure(); $n = 2
            $flow | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_script_block_made_from_text_runs() =>
        Assert.Equal(6, Value("$n = 5; $flow = New-Flow f ([scriptblock]::Create('$n + 1')); $flow | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void The_variable_of_the_caller_still_holds_its_own_script_block() =>
        Assert.Equal(true, Value("""
            $block = { 1 }; $table = @{ Block = $block }
            { & $table.Block } | Start-Subflow -Parallel | Out-Null
            [object]::ReferenceEquals($block, $table.Block)
            """));

    [Theory]
    [InlineData("[pscustomobject]@{ N = $_; Script = $script }")]
    [InlineData("[ordered]@{ N = $_; Script = $script }")]
    [InlineData("@{ N = $_; Script = $script }")]
    public void Script_blocks_in_items_can_be_run_by_many_workers_at_once(string item) =>
        Assert.Equal(0, Value($$"""
            $script = { param($n) $twice = $n * 2; $last = 0; 1..20 | ForEach-Object { $last = $twice }; $last }
            $states = 1..200 | ForEach-Object { {{item}} } | Start-Subflow { $in = $_; if ((& $in.Script $in.N) -ne 2 * $in.N) { throw 'wrong' } } -Parallel -ThrottleLimit 8
            @($states | Where-Object Type -ne Completed).Count
            """));

    [Fact]
    public void A_script_block_in_a_custom_object_in_a_variable_runs_in_the_worker() =>
        Assert.Equal([true, "session"], Values("""
            $where = 'session'
            $job = [pscustomobject]@{ Script = { [runspace]::DefaultRunspace.Name -eq 'FlowModule worker'; $where } }
            Start-Subflow { & $job.Script } -Parallel | Receive-FlowResult
            """));

    [Theory]
    [InlineData("[Collections.Generic.List[object]]")]
    [InlineData("[Collections.Generic.List[scriptblock]]")]
    [InlineData("[Collections.ArrayList]")]
    public void Script_blocks_in_a_list_run_in_the_worker_and_a_list_without_any_is_the_callers_own(string type) =>
        Assert.Equal([true, 1], Values($$"""
            $list = {{type}} @({ [runspace]::DefaultRunspace.Name -eq 'FlowModule worker' })
            $results = {{type.Replace("scriptblock", "object", StringComparison.Ordinal)}} @()
            Start-Subflow { & $list[0]; $null = $results.Add('own') } -Parallel | Receive-FlowResult
            $results.Count
            """));
}
