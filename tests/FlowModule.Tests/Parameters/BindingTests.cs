using FlowModule.Tests.Support;

namespace FlowModule.Tests.Parameters;

/// <summary>How Start-Subflow binds the values of each run.</summary>
public sealed class BindingTests : FlowTest
{
    private object?[] Subflows(string input, string body, string rest = "") =>
    [
        .. Values($"{input} | Start-Subflow {body} {rest} | Receive-FlowResult"),
        .. Values($"{input} | Start-Subflow {body} {rest} -Parallel -KeepOrder | Receive-FlowResult"),
    ];

    private static object?[] Twice(params object?[] values) => [.. values, .. values];

    [Fact]
    public void The_item_is_the_dollar_underscore() => Assert.Equal(Twice(2, 4), Subflows("1, 2", "{ $_ * 2 }"));

    [Fact]
    public void The_item_is_PSItem_too() => Assert.Equal(Twice(2), Subflows("1", "{ $PSItem * 2 }"));

    [Fact]
    public void A_plain_item_goes_to_the_first_parameter() => Assert.Equal(Twice("1-", "2-"), Subflows("1, 2", "{ param($x, $y) \"$x-$y\" }"));

    [Fact]
    public void A_plain_item_goes_to_the_first_parameter_with_no_value_and_no_default() =>
        Assert.Equal(Twice("a-d-1"), Subflows("1", "{ param($a, $d = 'd', $x) \"$a-$d-$x\" }", "-Parameters @{ a = 'a' }"));

    [Fact]
    public void Properties_go_to_the_parameters_of_their_names() =>
        Assert.Equal(Twice("1-2"), Subflows("[pscustomobject] @{ x = 1; Y = 2; z = 3 }", "{ param($X, $y, $w) \"$x-$y\" }"));

    [Fact]
    public void Keys_go_to_the_parameters_of_their_names() =>
        Assert.Equal(Twice("1-2", "3-4"), Subflows("@{ x = 1; y = 2 }, [ordered] @{ y = 4; x = 3 }", "{ param($x, $y) \"$x-$y\" }"));

    [Fact]
    public void Properties_of_NET_objects_go_to_the_parameters_of_their_names() =>
        Assert.Equal(Twice("7-0"), Subflows("[version] '7.0'", "{ param($Major, $Minor) \"$Major-$Minor\" }"));

    [Fact]
    public void Properties_answer_to_aliases() =>
        Assert.Equal(Twice("n"), Subflows("[pscustomobject] @{ Server = 'n' }", "{ param([Alias('Server')] $Name) $Name }"));

    [Fact]
    public void The_whole_object_is_the_dollar_underscore_when_its_properties_are_bound() =>
        Assert.Equal(Twice("1-3"), Subflows("[pscustomobject] @{ x = 1; z = 3 }", "{ param($x) \"$x-$($_.z)\" }"));

    [Fact]
    public void A_string_gives_no_properties() => Assert.Equal(Twice("abc"), Subflows("'abc'", "{ param($Length) $Length }"));

    [Fact]
    public void An_object_with_no_fitting_property_goes_whole_to_the_first_parameter() =>
        Assert.Equal(Twice(9), Subflows("[pscustomobject] @{ z = 9 }", "{ param($item) $item.z }"));

    [Fact]
    public void A_parameter_that_takes_pipeline_input_gets_the_object() =>
        Assert.Equal(Twice("9-"), Subflows("[pscustomobject] @{ z = 9 }", "{ param($x, [Parameter(ValueFromPipeline)] $item) \"$($item.z)-$x\" }"));

    [Fact]
    public void A_process_block_gets_the_object() => Assert.Equal(Twice("b", 2, "e"), Subflows("1", "{ begin { 'b' } process { $_ * 2 } end { 'e' } }"));

    [Fact]
    public void A_process_block_with_pipeline_parameters_gets_the_object() =>
        Assert.Equal(Twice(2), Subflows("1", "{ param([Parameter(ValueFromPipeline)] [int] $n) process { $n * 2 } }"));

    [Fact]
    public void A_process_block_with_property_parameters_gets_them() =>
        Assert.Equal(Twice(1), Subflows("[pscustomobject] @{ x = 1 }", "{ param([Parameter(ValueFromPipelineByPropertyName)] $x) process { $x } }"));

    [Fact]
    public void An_array_that_is_an_item_stays_whole() => Assert.Equal(Twice(3), Subflows(", (1, 2, 3)", "{ $_.Count }"));

    [Fact]
    public void Null_and_false_items_make_runs_too() =>
        Assert.Equal(Twice("null", "False", "0", ""), Subflows("$null, $false, 0, ''", "{ if ($null -eq $_) { 'null' } else { \"$_\" } }"));

    [Fact]
    public void The_item_is_on_the_run() =>
        Assert.Equal([5], Values("5 | Start-Subflow { 1 } -Parallel | ForEach-Object { $_.Run.InputObject }"));

    [Fact]
    public void Parameters_are_the_same_for_all_runs() =>
        Assert.Equal(Twice("1-z", "2-z"), Subflows("1, 2", "{ param($x, $y) \"$x-$y\" }", "-Parameters @{ y = 'z' }"));

    [Fact]
    public void Parameters_win_over_properties() =>
        Assert.Equal(Twice("given"), Subflows("[pscustomobject] @{ x = 'property' }", "{ param($x) $x }", "-Parameters @{ x = 'given' }"));

    [Fact]
    public void The_bound_parameters_are_on_the_run() =>
        Assert.Equal(["x=1", "y=z"], Values("1 | Start-Subflow { param($x, $y) } -Parallel -Parameters @{ y = 'z' } | ForEach-Object { $_.Run.Parameters.GetEnumerator() } | ForEach-Object { \"$($_.Key)=$($_.Value)\" }").Order());

    [Fact]
    public void InputObject_may_be_given_as_a_parameter() =>
        Assert.Equal(4, Value("Start-Subflow { $_ * 2 } -InputObject 2 -Parallel | Receive-FlowResult"));

    [Fact]
    public void Without_input_the_flow_runs_once() => Assert.Equal(1, Value("Start-Subflow { 1 } -Parallel | Receive-FlowResult"));

    [Fact]
    public void With_empty_input_the_flow_does_not_run() => Assert.Empty(Values("@() | Start-Subflow { 1 } -Parallel"));

    [Fact]
    public void Flows_are_piped_as_objects_names_and_script_blocks() =>
        Assert.Equal([1, 2, 3], Values("$null = New-Flow named { 2 }; (New-Flow a { 1 }), 'named', { 3 } | Start-Subflow -Parallel -KeepOrder | Receive-FlowResult"));

    [Fact]
    public void An_item_that_does_not_fit_fails_its_own_run_and_no_other()
    {
        ScriptResult result = Run("1, 'text', 3 | Start-Subflow { param([int] $n) $n } -Parallel -KeepOrder");
        Assert.Equal([StateType.Completed, StateType.Failed, StateType.Completed], result.States.Select(state => state.Type));
        Assert.Equal("FlowParameterInvalid", result.OnlyError.FullyQualifiedErrorId);
        Assert.Equal("text", Note(result.OnlyError, "FlowInput"));
    }
}
