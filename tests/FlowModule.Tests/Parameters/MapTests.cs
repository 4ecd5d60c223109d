using System.Collections;
using System.Collections.Specialized;
using FlowModule.Hosting;
using FlowModule.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Tests.Parameters;

/// <summary>-Map: lists of equal length, or single values that repeat.</summary>
public sealed class MapTests : FlowTest
{
    /// <summary>What a map holds: for each name a list, or a single value.</summary>
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
}
