using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Tests.History;

public sealed class RunIdRangeTests
{
    private const string Id = "01a20ce3-0e65-7568-ae35-941266bd9826";

    [Theory]
    [InlineData(Id)]
    [InlineData("01A20CE3-0E65-7568-AE35-941266BD9826")]
    [InlineData("01a20ce30e657568ae35941266bd9826")]
    [InlineData("{01a20ce3-0e65-7568-ae35-941266bd9826}")]
    public void A_whole_id_is_a_range_of_one(string text)
    {
        Assert.True(RunIdRange.TryParse(text, out RunIdRange range));
        Assert.Equal(new RunIdRange(Guid.Parse(Id), Guid.Parse(Id)), range);
        Assert.True(range.IsOne);
    }

    [Theory]
    [InlineData("01a20ce3", "01a20ce3-0000-0000-0000-000000000000", "01a20ce3-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("01A20CE3-", "01a20ce3-0000-0000-0000-000000000000", "01a20ce3-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("01a20ce3-0e6", "01a20ce3-0e60-0000-0000-000000000000", "01a20ce3-0e6f-ffff-ffff-ffffffffffff")]
    [InlineData("01a20ce30e6", "01a20ce3-0e60-0000-0000-000000000000", "01a20ce3-0e6f-ffff-ffff-ffffffffffff")]
    [InlineData("01a20ce3-0e65-7568-ae35-941266bd982", "01a20ce3-0e65-7568-ae35-941266bd9820", "01a20ce3-0e65-7568-ae35-941266bd982f")]
    public void Eight_digits_and_more_begin_one(string text, string first, string last)
    {
        Assert.True(RunIdRange.TryParse(text, out RunIdRange range));
        Assert.Equal(new RunIdRange(Guid.Parse(first), Guid.Parse(last)), range);
        Assert.False(range.IsOne);
        Assert.True(range.Contains(range.First) && range.Contains(range.Last));
        Assert.False(range.Contains(Guid.Empty) || range.Contains(Guid.AllBitsSet));
    }

    [Theory]
    [InlineData("")]
    [InlineData("01a20ce")]
    [InlineData("01a20c-e3")]
    [InlineData("01a20ce3-0e657-5")]
    [InlineData("happy-fox")]
    [InlineData("facade-beaded")]
    [InlineData("01a20ce3*")]
    [InlineData("01a20ce3-0e65-7568-ae35-941266bd98260")]
    public void Other_words_are_none(string text) => Assert.False(RunIdRange.TryParse(text, out _));
}
