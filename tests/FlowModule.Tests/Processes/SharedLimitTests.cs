using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>A body in a separate process has the slots of its run, and the limits and cached results of all others.</summary>
public sealed class SharedLimitTests : ProcessTest
{
    // Each body opens a file exclusively.
    private const string Alone =
        "$mine = [IO.File]::Open($file, 'OpenOrCreate', 'ReadWrite', 'None'); try { Start-Sleep -Milliseconds 5 } finally { $mine.Dispose() }; 'alone'";

    private readonly string _limit = Guid.NewGuid().ToString("N");

    private protected override FlowSession OpenSession()
    {
        FlowSession session = base.OpenSession();
        session.Set("limit", _limit);
        session.Set("file", Path.Combine(Folder.FullPath, "inside"));
        session.Values("$null = New-FlowLimit $limit -MaxConcurrency 1");
        return session;
    }

    [Theory]
    [InlineData("Start-FlowTask t { {alone} } -Limit $limit | Receive-FlowTask")]
    [InlineData("Invoke-FlowTask t { {alone} } -Limit $limit")]
    [InlineData("1, 2 | Invoke-FlowTask t { {alone} } -Limit $limit -Parallel")]
    [InlineData("1, 2 | Start-Subflow { {alone} } -Limit $limit -Parallel | Receive-FlowResult")]
    public void What_a_body_starts_shares_the_slot_that_the_body_has(string body)
    {
        string script = $"1, 2 | Start-Subflow -Parallel -ThrottleLimit 2 -Isolation Process -Limit $limit {{ {body.Replace("{alone}", Alone, StringComparison.Ordinal)} }} | Receive-FlowResult";

        Assert.All(Values(script), value => Assert.Equal("alone", value));
        Assert.Equal("0 0", Value("$l = Get-FlowLimit $limit; \"$($l.Active) $($l.Waiting)\""));
    }

    [Fact]
    public void What_outlives_the_body_gets_the_slot_that_the_body_had()
    {
        ScriptResult result = Run("1, 2 | Start-Subflow -Parallel -Isolation Process -Limit $limit { $null = Start-FlowTask t { 'done' } -Limit $limit }");

        Assert.All(result.States, static state => Assert.Equal(StateType.Completed, state.Type));
        Assert.Equal("0 0", Value("$l = Get-FlowLimit $limit; \"$($l.Active) $($l.Waiting)\""));
    }

    [Fact]
    public void When_the_process_of_the_body_dies_its_slot_is_free()
    {
        Run("1 | Start-Subflow -Parallel -Isolation Process -Limit $limit { [Environment]::FailFast('gone') } -ErrorAction SilentlyContinue");

        Assert.Equal("free", Value("Invoke-FlowTask t { 'free' } -Limit $limit"));
    }

    [Fact]
    public void Cached_results_are_shared_and_a_task_that_calls_itself_in_a_process_computes_each() =>
        Assert.Equal(["3", "True", "Cached"], Values("""
            $key = [guid]::NewGuid().ToString()
            Start-Subflow -Isolation Process -Parallel { param($key) Invoke-FlowTask t { 3 } -CacheKey $key } -Parameters @{ key = $key } | Receive-FlowResult | ForEach-Object { "$_" }
            $state = Invoke-FlowTask t { 'computed again' } -CacheKey $key -ReturnState
            "$($state.Result -eq 3)"; $state.Name
            """));
}
