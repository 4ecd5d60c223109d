using FlowModule.Tests.Support;

namespace FlowModule.Tests.Isolation;

/// <summary>Isolated runs in sequence return the same as in parallel: all results, in the order of the input.</summary>
public sealed class OneAfterAnotherTests : FlowTest
{
    public static TheoryData<string> Calls =>
    [
        "1..5 | Invoke-FlowTask t { $_ } -Isolation NewRunspace",
        "(1..5 | Start-Subflow { $_ } -Isolation NewRunspace -KeepOrder).Result",
        "(New-Flow f -Isolation NewRunspace { $_ } | ForEach-Object { $f = $_; 1..5 | Start-Subflow $f -KeepOrder }).Result",
        "(Start-Subflow { param($n) $n } -Map @{ n = 1..5 } -Isolation NewRunspace -KeepOrder).Result",
        "(1..5 | Start-Subflow { $_ } -Isolation NewRunspace -KeepOrder -Wave 2).Result",
        "(1..5 | Start-Subflow { $_ } -Isolation NewRunspace -KeepOrder -Retry 1).Result",
    ];

    [Theory]
    [MemberData(nameof(Calls))]
    public void All_results_come_in_the_order_of_the_input(string call) => Assert.Equal([1, 2, 3, 4, 5], Values(call));

    [Fact]
    public void What_fails_in_the_middle_is_not_lost()
    {
        ScriptResult result = Run("""
            New-Flow f { 1..5 | Invoke-FlowTask t { if ($_ -eq 3) { throw 'broken' }; $_ } -Isolation NewRunspace } | Invoke-Flow -ErrorAction SilentlyContinue
            """);

        Assert.Equal(StateType.Failed, result.State.Type);
        Assert.Contains("broken", result.State.Message, StringComparison.Ordinal);
    }
}
