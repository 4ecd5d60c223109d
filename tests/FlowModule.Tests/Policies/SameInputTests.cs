using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>Which inputs are equal, for a cached result and for a retry.</summary>
public sealed class SameInputTests : FlowTest
{
    [Theory]
    [InlineData("@{ a = 1; b = 2 }", "@{ b = 2; a = 1 }")]
    [InlineData("@{ a = 1; 1 = 2 }", "@{ 1 = 2; a = 1 }")]
    [InlineData("@{ a = @{ x = 1; y = 2 } }", "@{ a = @{ y = 2; x = 1 } }")]
    [InlineData("1, @{ x = 1; y = 2; z = 3 }", "1, @{ z = 3; y = 2; x = 1 }")]
    [InlineData("[pscustomobject]@{ T = @{ x = 1; y = 2 } }", "[pscustomobject]@{ T = @{ y = 2; x = 1 } }")]
    [InlineData("Get-Item .", "Get-Item . -Force")]
    public void Equal_inputs_are_the_same(string one, string other) => Assert.Equal(["Completed", "Cached"], NamesFor(one, other));

    [Theory]
    [InlineData("@{ a = 1; b = 2 }", "@{ a = 2; b = 1 }")]
    [InlineData("@{ a = 1 }", "@{ a = '1' }")]
    [InlineData("@{ 1 = 'x' }", "@{ '1' = 'x' }")]
    [InlineData("[ordered]@{ a = 1; b = 2 }", "[ordered]@{ b = 2; a = 1 }")]
    [InlineData("@{ a = 1 }", "[pscustomobject]@{ a = 1 }")]
    [InlineData("@(1, 2), 3", "1, @(2, 3)")]
    [InlineData("@{ a = @{ }; b = 1 }", "@{ a = @{ b = 1 } }")]
    [InlineData("[pscustomobject]@{ a = [pscustomobject]@{ }; b = 1 }", "[pscustomobject]@{ a = [pscustomobject]@{ b = 1 } }")]
    [InlineData("@{ a = 1, 2 }", "@{ a = 2, 1 }")]
    [InlineData("Get-Item .", "Get-Item /")]
    public void Other_inputs_are_not(string one, string other) => Assert.Equal(["Completed", "Completed"], NamesFor(one, other));

    [Fact]
    public void A_file_is_another_one_once_it_was_written_to()
    {
        string file = Folder.Write("data.txt", "one");

        Assert.Equal(["Completed", "Cached", "Completed"], Values($$"""
            $item = { Get-Item '{{file}}' }
            (& $item), (& $item) | Invoke-FlowTask read { $_ } -CachePolicy Inputs -ReturnState -InformationAction Ignore | ForEach-Object Name
            Set-Content '{{file}}' 'another'
            & $item | Invoke-FlowTask read { $_ } -CachePolicy Inputs -ReturnState -InformationAction Ignore | ForEach-Object Name
            """));
    }

    [Fact]
    public void A_retry_does_not_run_again_what_completed_for_a_table_or_a_file()
    {
        string file = Folder.Write("data.txt", "one");

        Assert.Equal(["Cached", "Cached"], Values($$"""
            New-Flow again {
                $table = if ($FlowRun.Attempt -eq 1) { @{ a = 1; b = 2 } } else { @{ b = 2; a = 1 } }
                Invoke-FlowTask table { param($Table) 1 } -Parameters @{ Table = $table } -ReturnState | ForEach-Object Name
                Get-Item '{{file}}' | Invoke-FlowTask file { 1 } -ReturnState | ForEach-Object Name
                if ($FlowRun.Attempt -eq 1) { throw 'once' }
            } -Retry 1 | Invoke-Flow -InformationAction Ignore | Receive-FlowResult
            """));
    }

    private object?[] NamesFor(string one, string other) => Values($$"""
        foreach ($value in { {{one}} }, { {{other}} }) {
            Invoke-FlowTask same { param($Value) 1 } -Parameters @{ Value = & $value } -CachePolicy Inputs, Source -CacheKey '{{Guid.NewGuid()}}' -ReturnState -InformationAction Ignore |
                ForEach-Object Name
        }
        """);
}
