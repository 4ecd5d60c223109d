using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>Start-Transcript records the output of flows, like that of other commands of the session.</summary>
public sealed class TranscriptTests : FlowTest
{
    private const string Body = "{ Write-Host 'copying'; Write-Warning 'disk full'; Write-Error 'no room' }";

    [Theory]
    [InlineData($"Invoke-Flow {Body}")]
    [InlineData($"Start-Subflow {Body}")]
    [InlineData($"Start-Subflow {Body} -Parallel")]
    [InlineData($"Invoke-FlowTask {Body}")]
    [InlineData($"Invoke-FlowTask {Body} -TimeoutSeconds 600")]
    [InlineData($"Invoke-Flow {{ Invoke-FlowTask {Body} }}")]
    [InlineData($"Invoke-Flow {{ 1 | Start-Subflow {Body} -Parallel }}")]
    [InlineData($"Invoke-Flow {{ Start-FlowTask {Body} | Receive-FlowTask }}")]
    public void A_transcript_has_what_a_body_writes(string call)
    {
        string path = Path.Combine(Folder.FullPath, "transcript.txt");

        Run($"Start-Transcript '{path}' | Out-Null; {call} | Out-Null; Stop-Transcript | Out-Null");

        string[] lines = File.ReadAllLines(path);
        Assert.Single(lines, line => line == "copying");
        Assert.Single(lines, line => line.EndsWith("disk full", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("no room", StringComparison.Ordinal));
    }
}
