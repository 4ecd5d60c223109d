using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>A reused or cached result is what the task returned, even if a receiver has changed its copy.</summary>
public sealed class ReusedResultTests : FlowTest
{
    public static TheoryData<string, string, string> Changes => new()
    {
        { "[pscustomobject]@{ P = 100.0 }", "$r.P *= 1.2", "$r.P" },
        { "[pscustomobject]@{ P = 1 }, [pscustomobject]@{ P = 2 }", "$r | ForEach-Object { $_.P = 0 }", "$r.P" },
        { "[pscustomobject]@{ In = @{ List = [System.Collections.ArrayList] @(1, 2) } }", "$r.In.List.Clear()", "$r.In.List" },
        { "[pscustomobject]@{ P = 1 }", "$r | Add-Member -NotePropertyName Q -NotePropertyValue 2", "@($r.psobject.Properties).Count" },
        { "@{ a = 1; b = @{ c = 2 } }", "$r.Remove('a'); $r.b.c = 3", "$r.a; $r.b.c" },
        { "[ordered]@{ z = 1; a = 2 }", "$r.Remove('z')", "$r.Keys" },
        { ", (1, 2, 3)", "$r[0] = 9", "$r" },
        { ", [int[]] (1, 2)", "$r[0] = 9", "$r; $r.GetType().Name" },
        { ", [System.Collections.Generic.List[string]] @('a', 'b')", "$r.Clear()", "$r; $r.GetType().Name" },
        { ", [System.Collections.Generic.HashSet[string]]::new([string[]] ('a', 'b'), [StringComparer]::OrdinalIgnoreCase)", "$r.Clear()", "$r; $r.Contains('A')" },
        { ", [System.Collections.Generic.Queue[int]]::new([int[]] (1, 2))", "$null = $r.Dequeue()", "$r" },
        { ", [System.Collections.Generic.Stack[int]]::new([int[]] (1, 2))", "$null = $r.Pop()", "$r" },
        { "[System.Collections.Generic.Dictionary[string, object]]::new()", "$r['x'] = 1", "$r.Count" },
        { "[System.Text.StringBuilder]::new('text')", "$null = $r.Append('!')", "\"$r\"" },
        { "[xml] '<a><b/></a>'", "$r.a.RemoveAll()", "$r.OuterXml" },
        { "$t = @{ me = $null }; $t.me = $t; $t.n = 1; $t", "$r.me.n = 2", "$r.me.n; [object]::ReferenceEquals($r, $r.me)" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_retry_gets_what_the_task_returned(string result, string change, string look) =>
        Assert.Equal(Values($"$r = & {{ {result} }}; {look}"), Values($$"""
            New-Flow again -Retry 2 {
                $r = (Invoke-FlowTask load { {{result}} } -ReturnState).Result
                if ($FlowRun.Attempt -lt 3) { {{change}}; throw 'busy' }
                {{look}}
            } | Invoke-Flow -InformationAction Ignore | Receive-FlowResult
            """));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_who_takes_a_cached_result_has_one_of_its_own(string result, string change, string look)
    {
        object?[] expected = Values($"$r = & {{ {result} }}; {look}");

        Assert.Equal([.. expected, .. expected, .. expected], Values($$"""
            $key = [guid]::NewGuid().ToString()
            foreach ($taker in 1..3) { $r = (Invoke-FlowTask load { {{result}} } -CacheKey $key -ReturnState -InformationAction Ignore).Result; {{look}}; $null = & { {{change}} } }
            """));
    }

    [Theory]
    [InlineData("[System.Collections.Concurrent.ConcurrentDictionary[string, int]]::new()")]
    [InlineData("[hashtable]::Synchronized(@{})")]
    [InlineData("[System.IO.MemoryStream]::new()")]
    public void What_is_shared_on_purpose_or_more_than_data_is_the_object_itself(string result) =>
        Assert.Equal([true], Values($$"""
            $seen = [System.Collections.Generic.List[object]]::new()
            New-Flow again -Retry 1 { $seen.Add((Invoke-FlowTask load { , ({{result}}) } -ReturnState).Result); if ($FlowRun.Attempt -eq 1) { throw 'busy' } } | Invoke-Flow -InformationAction Ignore | Out-Null
            [object]::ReferenceEquals($seen[0], $seen[1])
            """));

    [Theory]
    [InlineData("[System.Collections.Queue] @(1, 2, 3)", "$null = $x.Dequeue()", "$x")]
    [InlineData("[System.Collections.Generic.Queue[int]]::new([int[]] (1, 2, 3))", "$null = $x.Dequeue()", "$x")]
    [InlineData("[System.Collections.Generic.Stack[int]]::new([int[]] (1, 2, 3))", "$null = $x.Pop()", "$x")]
    [InlineData("[System.Collections.ArrayList] @(1, 2, 3)", "$x.RemoveAt(0)", "$x")]
    [InlineData("[System.Collections.Generic.HashSet[string]] @('a', 'b')", "$null = $x.Add('c')", "$x")]
    [InlineData("@{ a = 1; b = @(1, 2) }", "$x.Remove('a'); $x.b[0] = 9", "$x.Count; $x.b")]
    [InlineData("[ordered]@{ z = 1; a = 2 }", "$x.Remove('z')", "$x.Keys")]
    [InlineData("[pscustomobject]@{ P = 1; Q = @{ R = 2 } }", "$x.P = 9; $x.Q.R = 9; $x | Add-Member -NotePropertyName S -NotePropertyValue 3", "$x.P; $x.Q.R; @($x.psobject.Properties).Name")]
    [InlineData("[int[]] (1, 2, 3)", "$x[0] = 9", "$x")]
    public void A_second_attempt_finds_what_the_run_was_given_as_the_first_did(string value, string change, string look)
    {
        object?[] expected = Values($"$x = {value}; {look}");

        Assert.Equal([.. expected, "again", .. expected], Values($$"""
            $seen = [System.Collections.Generic.List[object]]::new(); $x = {{value}}
            $null = Invoke-FlowTask t { param($x) & { {{look}} } | ForEach-Object { $seen.Add($_) }; {{change}}; if ($TaskRun.Attempt -eq 1) { $seen.Add('again'); throw 'busy' } } -Parameters @{ x = $x } -Retry 1 -InformationAction Ignore
            $seen
            """));
    }

    [Fact]
    public void What_a_later_attempt_adds_to_what_it_was_given_is_the_callers() => Assert.Equal(["before", "attempt 2"], Values("""
        $list = [System.Collections.ArrayList] @('before')
        $null = Start-Subflow { param($List) $null = $List.Add("attempt $($FlowRun.Attempt)"); if ($FlowRun.Attempt -eq 1) { throw 'busy' } } -Parameters @{ List = $list } -Retry 1 -InformationAction Ignore
        $list
        """));
}
