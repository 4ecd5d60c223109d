using FlowModule.Engine.Caching;
using FlowModule.Engine.History;
using FlowModule.History;
using FlowModule.Serialization;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

/// <summary>A resumed run has values of the original types.</summary>
public class ValueTests : ResumeTest
{
    [Theory]
    [InlineData("[DateTimeOffset]", "[DateTimeOffset]'2026-02-03T04:05:06+03:00'", "$X.AddDays(1).ToString('O')")]
    [InlineData("[DateOnly]", "[DateOnly]::new(2026, 2, 3)", "$X.AddDays(1).ToString('O')")]
    [InlineData("[bigint]", "[bigint]::Pow(7, 90)", "$X + 1")]
    [InlineData("[semver]", "[semver]'1.2.3-rc.1'", "$X.PreReleaseLabel")]
    [InlineData("[regex]", "[regex]::new('^A', 'IgnoreCase')", "$X.IsMatch('abc')")]
    [InlineData("[type]", "[DayOfWeek]", "$X.Name")]
    [InlineData("[System.IO.FileInfo]", "[System.IO.FileInfo]'/no/such/file.txt'", "$X.Extension")]
    [InlineData("[scriptblock]", "{ 1 + 1 }", "& $X")]
    [InlineData("[System.Collections.Generic.HashSet[int]]", "[System.Collections.Generic.HashSet[int]]::new([int[]](1, 2))", "$X.Contains(2)")]
    [InlineData("[System.Collections.Generic.List[int]]", "[System.Collections.Generic.List[int]]::new([int[]](1, 2))", "$X.Count")]
    [InlineData("[System.Collections.Generic.Dictionary[string, int]]", "& { $d = [System.Collections.Generic.Dictionary[string, int]]::new(); $d['a'] = 1; $d }", "$X['a']")]
    public void A_parameter_of_a_common_type_and_a_tasks_result_of_it_are_those_again(string type, string value, string use)
    {
        string flow = $$"""
            param({{type}} $X)
            $result = Invoke-FlowTask take { {{use}}; $X = $null }
            $same = Invoke-FlowTask make { param($V) $log.Add('made'); , $V } -Parameters @{ V = $X }
            if (-not $good) { throw 'first' }
            $X = $same
            "$result $({{use}})"
            """;
        Run($$"""$log = $log; $good = $false; New-Flow {{Unique}} -RunName {{Unique}} { {{flow}} } | Invoke-Flow -Parameters @{ X = {{value}} }""");
        using FlowSession later = OtherSession();
        object? expected = Value($$"""$X = {{value}}; $r = "$({{use}})"; "$r $r" """);

        object? result = later.Run($$"""$good = $true; Resume-FlowRun {{Unique}} -Force""").Clean().Result;
        Assert.Equal(expected, result);
        Assert.Equal(["made"], TakeLog());
        Assert.Equal(expected, later.Run($$"""$good = $true; Get-FlowRun {{Unique}} -Last 1 | Restart-FlowRun -Force""").Clean().Result);
    }

    [Fact]
    public void A_result_that_comes_from_the_cache_of_another_process_has_the_text_and_the_type_that_it_had()
    {
        string read = $$"""$x = Invoke-FlowTask {{Unique}} { [DayOfWeek]::Friday } -CacheKey {{Unique}}; "$x $($x.GetType())" """;
        Assert.Equal("Friday System.DayOfWeek", Value(read));

        using var other = new RunHistory(Histories.Default!.Address, HistoryValues.Instance, TimeProvider.System, HistoryBackends.Of(Histories.Default!.Address));
        string key = Assert.Single(new ResultCache(other, other.Values, other.ResultBytes).Keys(), key => key.StartsWith(Unique, StringComparison.Ordinal));
        Assert.True(new SharedResultStore(other, other.Values, other.ResultBytes, 10, static () => { }).TryGet(key, out object? value));
        Assert.Equal(DayOfWeek.Friday, value);
    }

    [Fact]
    public void A_constant_of_an_enumeration_that_the_later_session_does_not_know_is_its_name()
    {
        object? blue = Value("Add-Type 'public enum ColourOfValueTests { Red = 3, Blue = 5 }'; [ColourOfValueTests]::Blue");
        string text = HistoryValues.Instance.Encode(blue).Text!;

        Assert.Equal(blue, HistoryValues.Instance.Decode(text));
        Assert.Equal("Blue", HistoryValues.Instance.Decode(text.Replace("ColourOfValueTests", "GoneMeanwhile", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("[DateOnly]", "2026-02-03", "2026-02-03")]
    [InlineData("[TimeOnly]", "03:04", "03:04:00.0000000")]
    [InlineData("[DateTimeOffset]", "2026-02-03T04:05:06+03:00", "2026-02-03T04:05:06.0000000+03:00")]
    [InlineData("[bigint]", "12345678901234567890", "12345678901234567890")]
    [InlineData("[semver]", "1.2.3", "1.2.3")]
    [InlineData("[System.IO.FileInfo]", "/no/such/file.txt", "/no/such/file.txt")]
    public void An_answer_of_a_common_type_is_one_when_the_run_goes_on(string type, string answer, string shown)
    {
        string text = type is "[DateOnly]" or "[TimeOnly]" or "[DateTimeOffset]" ? "$x.ToString('O')" : "\"$x\"";
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { $x = Wait-FlowInput 'when?' -Type ({{type}}) -Suspend; {{text}} } | Invoke-Flow""").Clean();
        using FlowSession later = OtherSession();

        Assert.Equal(shown, later.Run($"Resume-FlowRun {Unique} -InputObject '{answer}'").Clean().Result);
    }

    [Fact]
    public void Files_that_were_worked_on_are_not_worked_on_again_unless_they_have_changed()
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            Folder.Write($"in/{name}.csv", name);
        }

        string flow = $$"""
            Get-ChildItem '{{Folder.FullPath}}/in' -Filter *.csv | Invoke-FlowTask extract { $log.Add($_.BaseName); Get-Content $_.FullName }
            if (-not $good) { throw 'killed' }
            """;
        Run($$"""$good = $false; New-Flow {{Unique}} -RunName {{Unique}} { {{flow}} } | Invoke-Flow""");
        Assert.Equal(["a", "b", "c"], TakeLog());
        using FlowSession later = OtherSession();

        Run($$"""Resume-FlowRun {{Unique}}""");
        Assert.Empty(TakeLog());
        Folder.Write("in/b.csv", "another");
        Folder.Write("in/d.csv", "new");

        Assert.Equal(["a", "another", "c", "new"], Assert.IsType<object[]>(later.Run($$"""$good = $true; Resume-FlowRun {{Unique}} -Force""").Clean().Result).Select(item => item.ToString()));
        Assert.Equal(["b", "d"], TakeLog());
    }
}
