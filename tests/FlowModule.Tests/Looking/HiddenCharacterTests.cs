namespace FlowModule.Tests.Looking;

/// <summary>Names and messages with characters that control a terminal.</summary>
public sealed class HiddenCharacterTests : LookingTest
{
    private const string Make = """
        $title = "`e]0;owned`a"
        $flow = New-Flow "flow$title`n13:00:00.000 | Error       | x | false" -Tag "tag$title" { Write-Warning "warning$title"; Invoke-FlowTask "task$title" { 1 }; throw "thrown$title" } -RunName "run$title"
        # What a body writes is its own; what is said of it is not.
        $said = $(Invoke-Flow $flow -HistoryPath $history -ErrorAction SilentlyContinue) *>&1 | Where-Object { $_ -isnot [System.Management.Automation.WarningRecord] }
        """;

    [Theory]
    [InlineData("$said | ForEach-Object ToString")]
    [InlineData("$said | Out-String")]
    [InlineData("Get-FlowRun -HistoryPath $history | Out-String")]
    [InlineData("Get-FlowRun -HistoryPath $history -Tree | Out-String")]
    [InlineData("Get-FlowRun -HistoryPath $history | Format-List * | Out-String")]
    [InlineData("Get-FlowLog -HistoryPath $history | Out-String")]
    [InlineData("Get-FlowLog -HistoryPath $history | ForEach-Object ToString")]
    [InlineData("Get-Flow flow* | Format-List * | Out-String")]
    [InlineData("Get-FlowRun -HistoryPath $history | Export-FlowRun -Path $page -HistoryPath $history; [IO.File]::ReadAllText($page)")]
    public void They_are_shown_as_what_they_are(string look)
    {
        _ = File;
        Run($"$page = Join-Path (Split-Path $history) page.html; {Make}");
        string text = string.Join('\n', Values(look).Select(value => value?.ToString()));

        Assert.Contains("\u241b]0;owned\u2407", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u0007', text);
        Assert.DoesNotContain("\n13:00:00.000 | Error", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_is_found_by_the_name_that_it_was_given_and_by_the_one_that_is_shown()
    {
        _ = File;
        Assert.Equal(2, Value($$"""{{Make}}; (@(Get-Flow "flow$title`n*") + @(Get-Flow "flow*]0;owned*")).Count"""));
    }
}
