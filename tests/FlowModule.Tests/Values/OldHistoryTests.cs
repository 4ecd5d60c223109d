using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using FlowModule.Serialization;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Values;

/// <summary>Values that earlier versions stored as PowerShell's own CLIXML can be read.</summary>
public sealed class OldHistoryTests : FlowTest
{
    private static readonly int[] Numbers = [1, 2];

    private static object? Read(object? value) => HistoryValues.Instance.Decode(PSSerializer.Serialize(value, 40));

    [Fact]
    public void Plain_data_and_containers_are_what_they_were()
    {
        Assert.Equal(1, Read(1));
        Assert.Equal("a", Read("a"));
        Assert.Equal(DayOfWeek.Friday, Read(DayOfWeek.Friday));
        Assert.Equal([1, "a", null], Assert.IsType<object?[]>(Read(new object?[] { 1, "a", null })));
        Assert.Equal([1, 2], Assert.IsType<int[]>(Read(Numbers)));
        Assert.Equal([1], Assert.IsType<ArrayList>(Read(new ArrayList { 1 })).Cast<object>());
        Assert.Equal(["a"], Assert.IsType<List<string>>(Read(new List<string> { "a" })));
        Assert.Equal(1, Assert.IsType<Hashtable>(Read(new Hashtable { ["a"] = 1 }))["A"]);
        Assert.Equal(["b", "a"], Assert.IsType<OrderedDictionary>(Read(new OrderedDictionary { ["b"] = 1, ["a"] = 2 })).Keys.Cast<string>());
        Assert.Equal("System.Management.Automation.PSCustomObject", ((PSObject)Read(Value("[pscustomobject] @{ a = 1 }"))!).TypeNames[0]);
    }

    [Fact]
    public void What_had_only_its_properties_has_those()
    {
        Assert.Equal(2026, ((PSObject)Read(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))!).Properties["Year"].Value);
        Assert.Equal([1, 2], ((IEnumerable)Read(new HashSet<int> { 1, 2 })!).Cast<object>());
    }

    [Fact]
    public void A_table_that_holds_a_key_in_both_cases_loses_neither()
    {
        var back = Assert.IsType<Hashtable>(Read(new Hashtable { ["a"] = 1, ["A"] = 2 }));

        Assert.Equal([1, 2], [back["a"], back["A"]]);
    }
}
