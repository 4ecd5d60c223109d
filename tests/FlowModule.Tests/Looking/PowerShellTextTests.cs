using System.Management.Automation;
using FlowModule.Lookup.Export;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

public sealed class PowerShellTextTests : FlowTest
{
    [Theory]
    [InlineData("$null", null)]
    [InlineData("'a text'", "a text")]
    [InlineData("42", "42")]
    [InlineData("$true", "$true")]
    [InlineData("1, 'two', $null", "1\ntwo\n$null")]
    [InlineData("[ordered]@{ Server = 'db'; Port = 5432; Deep = $false }", "Server = db\nPort = 5432\nDeep = $false")]
    [InlineData("[pscustomobject]@{ RunId = 5; Name = 'x' }", "RunId = 5\nName = x")]
    [InlineData("@{ Options = @{ Names = 'a', \"it's\" } }", "Options = @{ Names = @('a', 'it''s') }")]
    [InlineData("@{ One = [pscustomobject]@{ 'odd name' = $null } }", "One = [pscustomobject]@{ 'odd name' = $null }")]
    [InlineData("@{ Body = { Get-Item . } }", "Body = { Get-Item . }")]
    [InlineData("@{ Day = [DayOfWeek]::Friday; }", "Day = Friday")]
    [InlineData("@{ Bytes = [byte[]]::new(1200) }", "Bytes = [1,200 bytes]")]
    [InlineData("@{ Color = \"$([char]27)[31mred$([char]7)\" }", "Color = red\u2407")]
    [InlineData("@{ When = [datetime]::new(2026, 2, 3, 4, 5, 6) }", "When = 2026-02-03 04:05:06")]
    public void Values_read_as_PowerShell_has_them(string script, string? text) =>
        Assert.Equal(text, PowerShellText.Of(Values($", ({script})") is [var value] ? value : null));

    [Fact]
    public void What_holds_itself_ends() =>
        Assert.Contains("…", PowerShellText.Of(Value("$table = @{}; $table.Self = $table; $table")), StringComparison.Ordinal);

    [Fact]
    public void What_is_too_long_is_cut_and_says_so() => Assert.Equal("aaaa\n… and 1,996 more characters", PowerShellText.Of(new PSObject(new string('a', 2000)), most: 4));
}
