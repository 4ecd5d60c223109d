using FlowModule.Engine.Texts;

namespace FlowModule.Engine.Tests.Texts;

/// <summary>Stored text does not control the terminal of its reader.</summary>
public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("etl für \u00e9\u4e2d\U0001F600-{x}", "etl für \u00e9\u4e2d\U0001F600-{x}")]
    [InlineData("a\u001b]0;title\u0007b", "a\u241b]0;title\u2407b")]
    [InlineData("a\n13:00:00.000 | Error | x", "a\u240a13:00:00.000 | Error | x")]
    [InlineData("\0\t\r\n\u007f", "\u2400\u2409\u240d\u240a\u2421")]
    [InlineData("\u009b31m\u0085", "<U+009B>31m<U+0085>")]
    [InlineData("exe.\u202egpj\u2028\u2029\u202a\u2066\u2069", "exe.<U+202E>gpj<U+2028><U+2029><U+202A><U+2066><U+2069>")]
    public void A_name_is_one_line_in_which_nothing_is_hidden(string name, string shown) => Assert.Equal(shown, VisibleText.OfName(name));

    [Theory]
    [InlineData("one\n\ttwo\r\nthree", "one\n\ttwo\r\nthree")]
    [InlineData("done\rover", "done\u240dover")]
    [InlineData("a \u001b[31mred\u001b[0m one\u0007", "a red one\u2407")]
    [InlineData("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\ \u202e", "link <U+202E>")]
    public void A_message_keeps_its_lines_and_loses_its_colours(string message, string shown) => Assert.Equal(shown, VisibleText.OfMessage(message));

    [Fact]
    public void All_control_characters_are_seen()
    {
        for (char letter = '\0'; letter < char.MaxValue; letter++)
        {
            string text = letter.ToString();
            Assert.True(!char.IsControl(letter) || VisibleText.OfName(text) != text, $"U+{(int)letter:X4}");
            Assert.Equal(VisibleText.OfName(text), VisibleText.OfName(VisibleText.OfName(text)));
        }
    }
}
