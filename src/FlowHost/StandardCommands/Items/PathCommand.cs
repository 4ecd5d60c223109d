using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>A command over items of a provider, named by -Path (with wildcards) or -LiteralPath.</summary>
internal abstract class PathCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public virtual string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    protected bool IsLiteral => LiteralPath.Length > 0;

    protected override void ProcessRecord()
    {
        foreach (string path in IsLiteral ? LiteralPath : Path)
        {
            // A path that fails is an error of its own; the others still get their turn.
            try
            {
                Process(path);
            }
            catch (Exception e) when (e is IContainsErrorRecord and not PipelineStoppedException and not ActionPreferenceStopException)
            {
                WriteError(new ErrorRecord(((IContainsErrorRecord)e).ErrorRecord, e));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                WriteError(new ErrorRecord(e, e.GetType().Name, ErrorCategory.InvalidOperation, path));
            }
        }
    }

    protected abstract void Process(string path);

    /// <summary>The provider paths of the items that <paramref name="path"/> names.</summary>
    protected IEnumerable<string> Resolve(string path) =>
        IsLiteral ? [path] : SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(info => info.Path);
}
