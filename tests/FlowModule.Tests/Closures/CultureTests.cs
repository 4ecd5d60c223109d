using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>A body formats and reads numbers and dates as its caller does at the time of the call.</summary>
public sealed class CultureTests : FlowTest
{
    private const string Tell = "$tell = { \"$([cultureinfo]::CurrentCulture.Name) $([cultureinfo]::CurrentUICulture.Name) $((1.5).ToString())\" }\n";

    [Theory]
    [InlineData("(Start-Subflow $tell -Parallel).Result")]
    [InlineData("(Start-Subflow $tell -Isolation NewRunspace).Result")]
    [InlineData("(Start-Subflow $tell).Result")]
    [InlineData("Start-FlowTask t $tell | Receive-FlowTask")]
    [InlineData("(Start-Subflow { Start-Subflow $tell -Parallel | Receive-FlowResult } -Parallel).Result")]
    public void The_callers_cultures_go_along_also_to_a_worker_that_has_run_before(string start) =>
        Assert.Equal(["de-DE fr-FR 1,5", "en-US de-DE 1.5"], Values(Tell + $$"""
            $null = 1..2 | Start-Subflow { 1 } -Parallel
            [cultureinfo]::CurrentCulture = 'de-DE'; [cultureinfo]::CurrentUICulture = 'fr-FR'
            {{start}}
            [cultureinfo]::CurrentCulture = 'en-US'; [cultureinfo]::CurrentUICulture = 'de-DE'
            {{start}}
            """));

    [Fact]
    public void A_culture_of_the_callers_own_making_goes_along() =>
        Assert.Equal("1;5", Value("""
            $own = [cultureinfo]::new('de-DE'); $own.NumberFormat.NumberDecimalSeparator = ';'
            [cultureinfo]::CurrentCulture = $own
            (Start-Subflow { (1.5).ToString() } -Parallel).Result
            """));

    [Fact]
    public void What_a_body_sets_holds_for_its_own_subflows() =>
        Assert.Equal("it-IT", Value("""
            (Start-Subflow { [cultureinfo]::CurrentCulture = 'it-IT'; (Start-Subflow { [cultureinfo]::CurrentCulture.Name } -Parallel).Result } -Parallel).Result
            """));

    [Fact]
    public void Hooks_have_the_callers_not_the_bodys() =>
        Assert.Equal("de-DE", Value("""
            [cultureinfo]::CurrentCulture = 'de-DE'
            $seen = [Collections.Concurrent.ConcurrentQueue[string]]::new()
            $null = New-Flow hooked { [cultureinfo]::CurrentCulture = 'it-IT' } -OnCompletion { $seen.Enqueue([cultureinfo]::CurrentCulture.Name) } | Start-Subflow -Parallel
            $seen.ToArray()[0]
            """));
}
