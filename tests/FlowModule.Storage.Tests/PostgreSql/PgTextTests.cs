using FlowModule.PostgreSql;

namespace FlowModule.Storage.Tests.PostgreSql;

public sealed class PgTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("\uD83D\uDE00 a whole pair")]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData("half \uD83D")]
    [InlineData("\uDE00\uD83D both halves in the wrong order")]
    [InlineData("\uFDD0 itself, \uFDD00041")]
    public void AnyTextIsReadAsItWas(string text)
    {
        string encoded = PgText.Encode(text);

        Assert.DoesNotContain('\0', encoded);
        Assert.Equal(encoded, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(encoded)));
        Assert.Equal(text, PgText.Decode(encoded));
    }

    [Fact]
    public void AnUsualTextIsStoredAsItIs() => Assert.Equal("ü\n\u001B\uD83D\uDE00", PgText.Encode("ü\n\u001B\uD83D\uDE00"));
}
