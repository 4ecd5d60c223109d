using FlowModule.Completion;

namespace FlowModule.Tests.Completion;

public sealed class CompletedWordTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a'b'", "a'b'")]
    [InlineData("'", "")]
    [InlineData("''", "")]
    [InlineData("'a b", "a b")]
    [InlineData("'a b'", "a b")]
    [InlineData("'it''s", "it's")]
    [InlineData("'it''s'", "it's")]
    [InlineData("'a'b", "a'b")]
    [InlineData("\"a\"b", "a\"b")]
    public void It_stands_for_what_is_in_its_quotes(string word, string value) => Assert.Equal(value, CompletedWord.Value(word));
}
