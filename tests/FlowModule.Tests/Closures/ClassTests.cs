using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>Classes and enums of the script in a worker.</summary>
public sealed class ClassTests : FlowTest
{
    private const string Counter = """
        class Counter {
            [int] $Count = 1
            static [string] Describe() { return 'a counter' }
            [int] Next() { $this.Count++; return $this.Count }
        }
        enum Color { Red; Green }

        """;

    [Fact]
    public void Properties_of_an_instance_can_be_read_and_set() =>
        Assert.Equal([1, 5], Values(Counter + """
            $counter = [Counter]::new()
            { $counter.Count; $counter.Count = 5 } | Start-Subflow -Parallel | Receive-FlowResult
            $counter.Count
            """));

    [Fact]
    public void A_method_of_the_callers_instance_can_be_called() =>
        Assert.Equal([2, 2], Values(Counter + """
            $counter = [Counter]::new()
            { $counter.Next() } | Start-Subflow -Parallel | Receive-FlowResult
            $counter.Count
            """));

    [Fact]
    public void Methods_of_many_instances_of_the_caller_can_be_called_one_after_another() =>
        Assert.Equal(Enumerable.Repeat<object?>(2, 40), Values(Counter + """
            1..40 | ForEach-Object { [Counter]::new() } | Start-Subflow { $_.Next() } -Parallel -ThrottleLimit 1 | Receive-FlowResult
            """));

    /// <summary>
    /// Methods of a plain class run in the session that created the object, and PowerShell mixes up two such calls at the same
    /// time. A class whose methods many workers call at once must not have this affinity.
    /// </summary>
    [Fact]
    public void Methods_of_instances_that_belong_to_no_session_can_be_called_by_many_workers_at_once() =>
        Assert.Equal(Enumerable.Repeat<object?>(2, 40), Values("[NoRunspaceAffinity()]" + Counter + """
            1..40 | ForEach-Object { [Counter]::new() } | Start-Subflow { $_.Next() } -Parallel -ThrottleLimit 4 | Receive-FlowResult
            """));

    [Fact]
    public void An_instance_can_be_made_in_the_worker() =>
        Assert.Equal([2, "Counter"], Values(Counter + """
            { $own = [Counter]::new(); $own.Next(); $own.GetType().Name } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Many_workers_can_make_instances_at_once() =>
        Assert.Equal(Enumerable.Repeat<object?>(2, 40), Values(Counter + """
            1..40 | Start-Subflow { [Counter]::new().Next() } -Parallel -ThrottleLimit 4 | Receive-FlowResult
            """));

    [Fact]
    public void A_static_method_can_be_called() =>
        Assert.Equal("a counter", Value(Counter + "{ [Counter]::Describe() } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void An_enum_can_be_used() =>
        Assert.Equal(["Green", "True"], Values(Counter + """
            $color = [Color]::Green
            { [Color] 'Green'; $color -eq [Color]::Green } | Start-Subflow -Parallel | Receive-FlowResult | ForEach-Object { "$_" }
            """));

    [Fact]
    public void A_class_can_be_the_type_of_a_parameter() =>
        Assert.Equal("Green-1", Value(Counter + """
            Start-Subflow { param([Color] $color, [Counter] $counter) "$color-$($counter.Count)" } -Parallel -Parameters @{ color = 'green'; counter = [Counter]::new() } | Receive-FlowResult
            """));

    [Fact]
    public void A_function_with_parameters_in_its_head_can_use_the_class() =>
        Assert.Equal(2, Value(Counter + """
            function Step-It([Counter] $counter) { [Counter]::new().Next() }
            { Step-It $null } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Namespaces_that_the_script_uses_hold_in_its_flows_and_functions()
    {
        string file = Folder.Write("flow.ps1", """
            using namespace System.Globalization
            function Get-Head($day) { [CultureInfo]::InvariantCulture.Name + $day }
            function Get-Body { param($day) [CultureInfo]::InvariantCulture.Name + $day }
            { [CultureInfo]::InvariantCulture.Name + 'x'; Get-Head 'y'; Get-Body 'z' } | Start-Subflow -Parallel | Receive-FlowResult
            """);
        Assert.Equal(["x", "y", "z"], Values($"& '{file}'"));
    }

    [Fact]
    public void An_error_thrown_by_a_method_of_the_callers_instance_fails_the_run() =>
        Assert.Equal("no luck", Run("class Bad { [void] Fail() { throw 'no luck' } }; $bad = [Bad]::new(); { $bad.Fail() } | Start-Subflow -Parallel").OnlyError.ToString());

    [Fact]
    public void A_class_defined_in_the_body_is_usable_there() =>
        Assert.Equal(["7", "7"], Values("""
            1, 2 | Start-Subflow { class Own { [int] $Value = 7 }; "$([Own]::new().Value)" } -Parallel -ThrottleLimit 1 | Receive-FlowResult
            """));

    [Fact]
    public void A_class_whose_method_calls_a_function_of_the_script_works_on_the_callers_instance() =>
        Assert.Equal("<x>", Value("""
            function Wrap($text) { "<$text>" }
            class Wrapper { [string] Go() { return (Wrap 'x') } }
            $wrapper = [Wrapper]::new()
            { $wrapper.Go() } | Start-Subflow -Parallel | Receive-FlowResult
            """));
}
