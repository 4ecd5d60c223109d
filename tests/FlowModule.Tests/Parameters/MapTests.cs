using System.Collections;
using System.Collections.Specialized;
using FlowModule.Parameters;
using FlowModule.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Tests.Parameters;

/// <summary>-Map: lists of equal length, or single values that repeat.</summary>
public sealed class MapTests : FlowTest
{
    /// <summary>The content of a map: for each name a list, or a single value.</summary>
    private static Gen<(int? Length, object? Single)[]> Columns(bool equalLengths) =>
        from length in Gen.Choose(0, 6)
        from columns in Gen.NonEmptyListOf(
            from isList in Gen.Elements(true, false)
            from own in Gen.Choose(0, 6)
            from single in Gen.Elements<object?>(1, "text", "", null, 2.5, 'c')
            select isList ? ((int?)(equalLengths ? length : own), (object?)null) : (null, single))
        select columns.ToArray();

    [Property]
    public Property Each_position_makes_a_run_with_the_values_there() => Prop.ForAll(Columns(equalLengths: true).ToArbitrary(), columns =>
    {
        OrderedDictionary map = MapOf(columns);
        int expected = columns.FirstOrDefault(column => column.Length is not null).Length ?? 1;
        List<IDictionary> runs = FlowMap.Expand(map);
        return runs.Count == expected && runs.Select((run, position) => run.Count == columns.Length && columns.Select((column, name) =>
            Equals(run[$"p{name}"], column.Length is null ? column.Single : $"{name}.{position}")).All(same => same)).All(same => same);
    });

    [Property]
    public Property Lists_of_unequal_length_are_refused() => Prop.ForAll(Columns(equalLengths: false).ToArbitrary(), columns =>
    {
        bool isUnequal = columns.Where(column => column.Length is not null).Select(column => column.Length).Distinct().Count() > 1;
        try
        {
            FlowMap.Expand(MapOf(columns));
            return !isUnequal;
        }
        catch (FlowException exception)
        {
            return isUnequal && exception.ErrorRecord.FullyQualifiedErrorId == "FlowMapLengthMismatch";
        }
    });

    private static OrderedDictionary MapOf((int? Length, object? Single)[] columns)
    {
        var map = new OrderedDictionary();
        for (int i = 0; i < columns.Length; i++)
        {
            map[$"p{i}"] = columns[i].Length is { } length ? Enumerable.Range(0, length).Select(position => (object)$"{i}.{position}").ToArray() : columns[i].Single;
        }

        return map;
    }

    [Theory]
    [InlineData("@{ x = 1, 2, 3; y = 'a', 'b', 'c' }", "1a", "2b", "3c")]
    [InlineData("@{ x = 1, 2; y = 'a' }", "1a", "2a")]
    [InlineData("@{ x = 1; y = 'text' }", "1text")]
    [InlineData("@{ x = 1..3; y = [System.Collections.Generic.List[string]] ('a', 'b', 'c') }", "1a", "2b", "3c")]
    [InlineData("([ordered] @{ X = 1, 2 })", "1", "2")]
    [InlineData("@{ x = @() }")]
    [InlineData("@{ x = , 1; y = 'abc' }", "1abc")]
    [InlineData("@{ x = (1..3 | ForEach-Object { $_ }) }", "1", "2", "3")]
    public void It_makes_a_run_a_position_in_order(string map, params string[] expected)
    {
        Assert.Equal(expected, Values($"Start-Subflow {{ param($x, $y) \"$x$y\" }} -Map {map} -Parallel -KeepOrder | Receive-FlowResult"));
        Assert.Equal(expected, Values($"Start-Subflow {{ param($x, $y) \"$x$y\" }} -Map {map} | Receive-FlowResult"));
    }

    [Fact]
    public void Parameters_fill_what_the_map_does_not_give_and_the_map_wins() =>
        Assert.Equal(["1z", "2z"], Values("Start-Subflow { param($x, $y) \"$x$y\" } -Map @{ x = 1, 2 } -Parameters @{ x = 9; y = 'z' } | Receive-FlowResult"));

    [Fact]
    public void A_hashtable_is_a_single_value() =>
        Assert.Equal([5, 5], Values("Start-Subflow { param($x, $table) $table.Key } -Map @{ x = 1, 2; table = @{ Key = 5 } } | Receive-FlowResult"));

    [Theory]
    [InlineData("Invoke-FlowTask add { param([int] $x, $y) \"$x$y\" } -Map @{ x = 1, 2, 3; y = 'a' }")]
    [InlineData("Invoke-FlowTask add { param([int] $x, $y) \"$x$y\" } -Map @{ x = 1, 2, 3 } -Parameters @{ y = 'a' } -Parallel")]
    [InlineData("Invoke-FlowTask add { param([int] $x, $y) \"$x$y\" } -Map @{ x = 1, 2, 3; y = 'a' } -Parallel -Wave 1")]
    [InlineData("Invoke-FlowTask add { param([int] $x, $y) \"$x$y\" } -Map @{ x = 1, 2, 3; y = 'a' } -MaxFailures 1")]
    [InlineData("Start-FlowTask add { param([int] $x, $y) \"$x$y\" } -Map @{ x = 1, 2, 3; y = 'a' } | Receive-FlowTask")]
    [InlineData("Invoke-Flow { $one = Start-FlowTask { 1 }; Invoke-FlowTask add { param([int] $x, $y) \"$x$y\" } -Map @{ x = $one, 2, 3; y = 'a' } } | Receive-FlowResult")]
    public void Tasks_are_mapped_by_the_same_rules(string call) => Assert.Equal(["1a", "2a", "3a"], Values(call));

    [Theory]
    [InlineData("-Map @{ x = 1, 2; y = 1, 2, 3 }", "FlowMapLengthMismatch")]
    [InlineData("-Map @{ z = 1, 2 }", "FlowParameterNotFound")]
    [InlineData("-Map @{ x = 1, 'two' }", "FlowParameterInvalid")]
    [InlineData("-Map @{ x = 1, 2 } -InputObject 3", "FlowMapWithInput")]
    public void A_map_that_does_not_fit_is_refused_before_anything_runs(string how, string expected)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        foreach (string call in new[] { "Start-Subflow { param([int] $x, $y) $ran.Add(1) }", "Invoke-FlowTask { param([int] $x, $y) $ran.Add(1) }", "Start-FlowTask { param([int] $x, $y) $ran.Add(1) }" })
        {
            Assert.StartsWith(expected, Run($"{call} {how}").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        }

        Assert.Empty(ran);
    }
}
