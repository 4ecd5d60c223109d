using System.Globalization;
using FlowModule.Engine.Runs;
using FsCheck;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Runs;

public class RunNameTemplateTests
{
    private static string Fill(string template, params (string Key, object? Value)[] values) =>
        RunNameTemplate.Parse(template).Fill(key => values.Single(value => value.Key == key).Value);

    [Fact]
    public void Places_are_filled_in()
    {
        Assert.Equal("etl-web01-20260131", Fill("etl-{Server}-{Date:yyyyMMdd}", ("Server", "web01"), ("Date", new DateTime(2026, 1, 31, 0, 0, 0, DateTimeKind.Local))));
        Assert.Equal("ab", Fill("{A}{B}", ("A", "a"), ("B", "b")));
        Assert.Equal("x", Fill("{ A }", ("A", "x")));
        Assert.Equal("plain", Fill("plain"));
        Assert.Equal(string.Empty, Fill(string.Empty));
    }

    [Fact]
    public void The_format_is_what_comes_after_the_first_colon() =>
        Assert.Equal("at 09:05", Fill("at {Time:HH:mm}", ("Time", new DateTime(2026, 1, 31, 9, 5, 0, DateTimeKind.Local))));

    [Fact]
    public void A_format_is_read_in_the_culture_of_the_person()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal("1,50", Fill("{Price:0.00}", ("Price", 1.5)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_format_for_what_has_none_and_a_value_that_is_missing_change_nothing()
    {
        Assert.Equal("[text]", Fill("[{A:000}]", ("A", "text")));
        Assert.Equal("[]", Fill("[{A:000}]", ("A", null)));
    }

    [Fact]
    public void What_is_filled_in_is_not_filled_in_again() =>
        Assert.Equal("{B}{{", Fill("{A}", ("A", "{B}{{")));

    [Theory]
    [InlineData("{{}}", "{}")]
    [InlineData("{{A}}", "{A}")]
    [InlineData("{{{A}}}", "{value}")]
    [InlineData("{{{{", "{{")]
    [InlineData("}}{A}{{", "}value{")]
    public void Doubled_braces_stand_for_themselves(string template, string expected) =>
        Assert.Equal(expected, Fill(template, ("A", "value")));

    [Theory]
    [InlineData("{", "the brace at position 1 is not closed")]
    [InlineData("run {A", "the brace at position 5 is not closed")]
    [InlineData("{{{", "the brace at position 3 is not closed")]
    [InlineData("run }", "the brace at position 5 closes nothing")]
    [InlineData("{A}}", "the brace at position 4 closes nothing")]
    [InlineData("{}", "the braces at position 1 contain no name")]
    [InlineData("a{ }", "the braces at position 2 contain no name")]
    [InlineData("a{:000}", "the braces at position 2 contain no name")]
    public void A_template_that_does_not_parse_says_where(string template, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => RunNameTemplate.Parse(template)).Message);

    [Property(MaxTest = 1000)]
    public void Escaped_text_comes_back_as_it_was(string?[] texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        string[] all = [.. texts.Select(text => text ?? "{}")];
        string template = string.Join("{A}", all.Select(text => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)));

        Assert.Equal(string.Join("{value}", all), Fill(template, ("A", "{value}")));
    }

    [Property(MaxTest = 2000)]
    public void Whatever_a_person_types_parses_or_is_refused_as_a_format(NonNull<string> text, int braces)
    {
        ArgumentNullException.ThrowIfNull(text);
        string template = text.Get;
        for (int i = 0; i < 8; i++)
        {
            int place = Math.Abs((braces >> (i * 4)) % 16) % (template.Length + 1);
            template = template.Insert(place, ((braces >> i) & 1) == 0 ? "{" : "}");
        }

        try
        {
            Assert.NotNull(RunNameTemplate.Parse(template).Fill(key => key.Length > 0 ? "value" : throw new InvalidOperationException("A place without a name.")));
        }
        catch (FormatException exception)
        {
            Assert.StartsWith("the brace", exception.Message, StringComparison.Ordinal);
        }
    }
}
