using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Tasks;

/// <summary>A ledger says why a start reuses no earlier result.</summary>
public class LedgerReasonTests
{
    private readonly DriverRig _rig = new();

    private static StartTraits Traits(string name, byte script, params byte[] values) =>
        new(name, ["its script", .. values.Select((_, index) => $"$v{index}")], new byte[] { script, 0 }.Concat(values.SelectMany(value => new byte[] { value, 0 })).ToArray());

    private static string Key(StartTraits traits) => $"{traits.Name} {Convert.ToHexString(traits.Marks.Span)}";

    private static LedgerEntry Enter(RunLedger ledger, StartTraits traits) => ledger.Enter(Key(traits), Key(traits), traits);

    /// <summary>A ledger in its second attempt; the first attempt has completed some starts.</summary>
    private RunLedger After(params StartTraits[] completed)
    {
        var ledger = new RunLedger();
        foreach (StartTraits traits in completed)
        {
            _rig.End(_rig.Start(_rig.New(entry: Enter(ledger, traits))));
        }

        ledger.NextAttempt();
        return ledger;
    }

    [Fact]
    public void The_same_and_the_first_of_a_name_have_none()
    {
        RunLedger ledger = After(Traits("Task t", 1, 1));

        Assert.Null(Enter(ledger, Traits("Task t", 1, 1)).WhyAgain);
        Assert.Null(Enter(ledger, Traits("Task t", 1, 2)).WhyAgain);
        Assert.Null(Enter(ledger, Traits("Task u", 1, 2)).WhyAgain);
    }

    [Fact]
    public void What_differs_from_the_one_most_alike_is_named() => Assert.Equal(
        "$v1 has changed since the earlier start.", Enter(After(Traits("Task t", 1, 9, 9), Traits("Task t", 1, 1, 9)), Traits("Task t", 1, 1, 2)).WhyAgain);

    [Fact]
    public void Of_another_script_nothing_else_is_compared()
    {
        Assert.Equal("its script has changed since the earlier start.", Enter(After(Traits("Task t", 2, 9)), Traits("Task t", 1, 1)).WhyAgain);
        Assert.Equal("its script has changed since the earlier start.", Enter(After(Traits("Task t", 2)), Traits("Task t", 1, 1)).WhyAgain);
    }

    [Fact]
    public void What_was_given_or_taken_besides_is_another_too() =>
        Assert.Contains("other parameters than in the earlier start, or its script uses other outer variables", Enter(After(Traits("Task t", 1)), Traits("Task t", 1, 1)).WhyAgain, StringComparison.Ordinal);

    [Fact]
    public void What_cannot_be_compared_is_said_before_all_else() =>
        Assert.Equal("it cannot.", Enter(After(Traits("Task t", 1, 1)), Traits("Task t", 1, 2) with { Incomparable = "it cannot." }).WhyAgain);

    [Fact]
    public void A_result_stays_that_of_the_run_which_did_the_work()
    {
        var ledger = new RunLedger();
        FlowRun first = _rig.Start(_rig.New(entry: Enter(ledger, Traits("Task t", 1))));
        _rig.End(first, "done");
        for (int attempt = 2; attempt < 4; attempt++)
        {
            ledger.NextAttempt();
            FlowRun again = _rig.New(entry: Enter(ledger, Traits("Task t", 1)));
            Assert.Equal(RunStep.Done, _rig.Next(again));
            Assert.Equal(first.Id, again.DoneBy);
        }
    }
}
