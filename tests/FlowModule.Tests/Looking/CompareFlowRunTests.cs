using System.Collections;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

public sealed class CompareFlowRunTests : LookingTest
{
    private static readonly int[] Two = [1, 2];

    [Fact]
    public void Equal_runs_have_no_differences()
    {
        MakeRun("a");
        MakeRun("b");

        Assert.Empty(Values("Compare-FlowRun a b -HistoryPath $history"));
        FlowRunDifference[] all = Compare("a b -IncludeEqual");
        Assert.All(all, found => Assert.Equal("==", found.SideIndicator));
        Assert.Contains(all, found => found is { Property: "Parameters.Server", Reference: "db1" });
        Assert.Contains(all, found => found.Property == "sub[1].State");
    }

    [Fact]
    public void Parameters_are_compared_one_by_one()
    {
        MakeRun("a", parameters: new Hashtable { ["Same"] = Two, ["Server"] = "db1", ["Old"] = 1 });
        MakeRun("b", parameters: new Hashtable { ["same"] = Two, ["Server"] = "db2", ["New"] = null });

        Assert.Equal(
            ["Parameters.New:  => ", "Parameters.Old: 1 <= ", "Parameters.Server: db1 <> db2"],
            Compare("a b").Select(found => found.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_changed_script_is_counted_in_lines()
    {
        MakeRun("a", body: "one\ntwo\nthree");
        MakeRun("b", body: "one\n2\nthree\nfour");

        FlowRunDifference script = Assert.Single(Compare("a b"), found => found.Property == "Script");

        Assert.EndsWith(": 2 lines added, 1 removed, the first at line 2", (string)script.Difference!, StringComparison.Ordinal);
    }

    [Fact]
    public void States_and_times_are_compared_of_the_runs_inside_too()
    {
        MakeRun("a");
        MakeRun("b", childError: "bad", childTime: TimeSpan.FromSeconds(5));

        string[] found = [.. Compare("a b").Select(found => $"{found.Property} {found.SideIndicator}")];

        Assert.Equal(["Duration <>", "sub[1].State <>", "sub[1].Duration <>"], found);
    }

    [Fact]
    public void A_little_longer_is_no_difference()
    {
        MakeRun("a", childTime: TimeSpan.FromMilliseconds(10));
        MakeRun("b", childTime: TimeSpan.FromMilliseconds(100));

        Assert.Empty(Compare("a b"));
    }

    [Fact]
    public void Runs_inside_are_matched_by_what_they_do_and_not_by_their_order()
    {
        FlowRun a = File.Start("top", "a");
        FlowRun b = File.Start("top", "b");
        Child(a, "x", key: 1);
        Child(a, "y", key: 2, error: "bad");
        Child(b, "y", key: 2, error: "bad");
        Child(b, "x", key: 1);
        Child(b, "z", key: 3);
        File.End(a);
        File.End(b);

        FlowRunDifference only = Assert.Single(Compare("a b"));

        Assert.Equal(("sub[3].State", null, "Completed", "=>"), (only.Property, only.Reference, only.Difference, only.SideIndicator));
    }

    [Fact]
    public void States_of_this_session_can_be_compared()
    {
        Assert.Equal("Parameters.Number: 1 <> 2", Value("""
            New-Flow compared { param($Number) } | Out-Null
            $one = Invoke-Flow compared -Number 1 -InformationAction Ignore
            $two = Invoke-Flow compared -Number 2 -InformationAction Ignore
            "$(Compare-FlowRun $one $two | Where-Object Property -like Parameters*)"
            """));
    }

    [Theory]
    [InlineData("a nobody")]
    [InlineData("nobody a")]
    public void Without_both_runs_there_is_one_error(string runs)
    {
        MakeRun("a");

        ScriptResult result = Run($"Compare-FlowRun {runs} -HistoryPath $history");

        Assert.Empty(result.Output);
        Assert.StartsWith("FlowRunNotFound,", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    private FlowRunDifference[] Compare(string parameters) => [.. Values($"Compare-FlowRun {parameters} -HistoryPath $history").Cast<FlowRunDifference>()];

    private void MakeRun(string name, IDictionary? parameters = null, string body = "1", string? childError = null, TimeSpan childTime = default)
    {
        FlowRun run = File.Start("top", name, body: body, parameters: parameters ?? new Hashtable { ["Server"] = "db1" });
        Child(run, "child", key: null, childError, childTime);
        File.End(run);
    }

    private void Child(FlowRun parent, string name, byte? key, string? error = null, TimeSpan time = default)
    {
        FlowRun child = File.Start("sub", name, parent, key: key);
        File.End(child, error, after: time);
    }
}
