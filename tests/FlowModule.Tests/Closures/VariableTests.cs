using System.Collections.Concurrent;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>The caller's variables in a worker, without $using:.</summary>
public sealed class VariableTests : FlowTest
{
    [Theory]
    [InlineData("Invoke-Flow { \"item $_\" } | Receive-FlowResult")]
    [InlineData("Start-Subflow { \"item $_\" } | Receive-FlowResult")]
    [InlineData("Start-Subflow { \"item $_\" } -Parallel | Receive-FlowResult")]
    [InlineData("$flow = New-Flow f { \"item $_\" }; $flow | Start-Subflow -Parallel | Receive-FlowResult")]
    public void Without_an_input_the_item_is_the_caller_s(string call) =>
        Assert.Equal(["item 1", "item 2"], Values($"1..2 | ForEach-Object {{ {call} }}"));

    [Theory]
    [InlineData("")]
    [InlineData("-Parallel")]
    public void With_an_input_the_item_is_that_even_if_it_is_null(string way) =>
        Assert.Equal(["item 5", "item "], Values($"1 | ForEach-Object {{ 5, $null | Start-Subflow {{ \"item $_\" }} {way} -KeepOrder | Receive-FlowResult }}"));

    [Fact]
    public void A_free_variable_has_the_callers_value() =>
        Assert.Equal("hello", Value("$greeting = 'hello'; { $greeting } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_free_variable_holds_the_callers_object_itself()
    {
        var list = new List<int>();
        Session.Set("list", list);
        Assert.Equal(true, Value("$list2 = ({ , $list } | Start-Subflow -Parallel).Result; [object]::ReferenceEquals($list, $list2)"));
    }

    [Fact]
    public void Workers_share_a_collection_that_bears_it()
    {
        var seen = new ConcurrentDictionary<int, int>();
        Session.Set("seen", seen);
        Values("1..40 | Start-Subflow { $seen[$_] = $_ * 2 } -Parallel -ThrottleLimit 4 | Out-Null");
        Assert.Equal(Enumerable.Range(1, 40).ToDictionary(i => i, i => i * 2), seen.OrderBy(entry => entry.Key).ToDictionary());
    }

    [Fact]
    public void Setting_a_variable_in_a_worker_leaves_the_callers_alone() =>
        Assert.Equal(["changed", "original"], Values("""
            $text = 'original'
            { $null = $text; $text = 'changed'; $text } | Start-Subflow -Parallel | Receive-FlowResult
            $text
            """));

    [Fact]
    public void Text_in_double_quotes_finds_its_variables() =>
        Assert.Equal("a-b", Value("""$first = 'a'; $second = @{ Name = 'b' }; { "$first-$($second.Name)" } | Start-Subflow -Parallel | Receive-FlowResult"""));

    [Fact]
    public void Braced_names_are_found() =>
        Assert.Equal(3, Value("${a name} = 3; { ${a name} } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Variables_of_inner_script_blocks_are_found() =>
        Assert.Equal([11, 12], Values("$add = 10; { 1, 2 | ForEach-Object { $_ + $add } } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Splatted_variables_are_found() =>
        Assert.Equal("1-2", Value("""
            function Join-Two($First, $Second) { "$First-$Second" }
            $both = @{ First = 1; Second = 2 }
            { Join-Two @both } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Variables_with_attributes_and_options_keep_their_values() =>
        Assert.Equal([5, 6], Values("""
            [ValidateRange(1, 9)][int] $bounded = 5
            Set-Variable fixed 6 -Option ReadOnly
            { $bounded; $fixed } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_constant_of_the_caller_can_be_shadowed_in_a_worker() =>
        Assert.Equal([1, 2, 1], Values("""
            $ExecutionContext.SessionState.PSVariable.Set([psvariable]::new('limit', 1, 'Constant'))
            { $limit; $limit = 2; $limit } | Start-Subflow -Parallel | Receive-FlowResult
            $limit
            """));

    [Fact]
    public void Null_stays_null_and_an_undefined_variable_is_null() =>
        Assert.Equal(true, Value("$nothing = $null; { $null -eq $nothing -and $null -eq $undefined } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Variables_of_a_function_that_starts_subflows_are_found() =>
        Assert.Equal("inner-of-2", Value("""
            $text = 'outer'
            function Start-It($number) { $text = "inner-of-$number"; { $text } | Start-Subflow -Parallel }
            Start-It 2 | Receive-FlowResult
            """));

    [Fact]
    public void Variables_of_the_flow_that_starts_subflows_are_found() =>
        Assert.Equal([5, 6], Values("""
            New-Flow outer { param($base) $step = 1; 0, 1 | Start-Subflow { $base + $_ * $step } -Parallel -KeepOrder } | Invoke-Flow -Parameters @{ base = 5 } | Receive-FlowResult
            """));

    [Fact]
    public void A_variable_that_is_set_first_is_not_taken_along() =>
        Assert.Empty(Values("""$own = 'callers'; Get-FlowClosure { $own = 1; foreach ($own in 1) { $own } }"""));

    [Fact]
    public void A_variable_that_may_be_read_first_is_taken_along() =>
        Assert.Equal(["b", "c"], Values("""
            $a = 1; $b = 2; $c = 3
            (Get-FlowClosure { param($a) $b += 1; if ($a) { $c = 5 }; $a + $b + $c }).Name
            """));

    [Fact]
    public void A_variable_set_in_a_function_of_the_script_hides_none_of_its_body() =>
        Assert.Equal("callers", Value("""
            $text = 'callers'
            { function f { $text = 'own' }; f; $text } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Script_and_global_variables_have_their_values() =>
        Assert.Equal(["s", "g"], Values("""
            $script:one = 's'; $global:two = 'g'
            { $script:one; $global:two } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Script_variables_of_a_script_file_have_their_values()
    {
        string file = Folder.Write("flow.ps1", """
            $script:one = 's'
            function Get-One { $script:one }
            { $script:one; Get-One } | Start-Subflow -Parallel | Receive-FlowResult
            """);
        Assert.Equal(["s", "s"], Values($"& '{file}'"));
    }

    [Fact]
    public void Private_variables_of_the_caller_are_found_like_any_other_that_it_can_read() =>
        Assert.Equal(7, Value("$private:mine = 7; { $mine } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Environment_variables_are_the_processs() =>
        Assert.Equal("set", Value("$env:FLOWMODULE_TEST_READ = 'set'; { $env:FLOWMODULE_TEST_READ } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_variable_changed_between_two_calls_has_its_new_value() =>
        Assert.Equal([1, 2], Values("""
            $flow = New-Flow f { $n }
            foreach ($n in 1, 2) { $flow | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult }
            """));

    [Fact]
    public void Sequential_subflows_see_the_callers_scope_itself() =>
        Assert.Equal(["x"], Values("$list = [System.Collections.Generic.List[string]]::new(); { $list.Add('x') } | Start-Subflow | Out-Null; $list"));

    [Theory]
    [InlineData("@{ List = 1, 2 }")]
    [InlineData("[hashtable]::Synchronized(@{ List = @(1, 2) })")]
    [InlineData("@{ Inner = @{ } }")]
    [InlineData("[ordered]@{ Inner = @(@{ }) }")]
    public void A_table_that_holds_others_is_the_callers_own_as_well(string table) =>
        Assert.Equal(6, Value($$"""
            $table = {{table}}
            $null = 1..5 | Start-Subflow { $table["k$_"] = $_ } -Parallel -ThrottleLimit 1
            $table.Count
            """));

    [Fact]
    public void A_table_that_other_subflows_write_to_can_be_taken_along() =>
        Assert.Equal([true], Values("""
            $table = [hashtable]::Synchronized(@{ })
            $states = 1..8 | Start-Subflow {
                foreach ($i in 1..100) { $table["$_ $i"] = $i; 1 | Start-Subflow { $table.Count } -Parallel | Out-Null }
            } -Parallel -ThrottleLimit 8
            -not ($states | Where-Object Type -ne Completed)
            """));

    [Theory]
    [InlineData("Invoke-Flow { $body }")]
    [InlineData("Start-Subflow { $body } -Parallel")]
    public void No_variable_of_the_modules_own_is_in_the_way(string start) =>
        Assert.Equal("1 2 3 4", Value($$"""
            $pump = 1; $sink = 2; $loop = 3; $write = 4
            {{start.Replace("$body", "\"$pump $sink $loop $write\"", StringComparison.Ordinal)}} | Receive-FlowResult
            """));
}
