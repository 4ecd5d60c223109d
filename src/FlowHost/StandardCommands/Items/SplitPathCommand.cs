using System.Management.Automation;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Split-Path, without -LiteralPath.</summary>
[Cmdlet(VerbsCommon.Split, "Path", DefaultParameterSetName = "ParentSet")]
internal sealed class SplitPathCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Path { get; set; } = [];

    [Parameter(ParameterSetName = "ParentSet")]
    public SwitchParameter Parent { get; set; }

    [Parameter(ParameterSetName = "LeafSet", Mandatory = true)]
    public SwitchParameter Leaf { get; set; }

    [Parameter(ParameterSetName = "LeafBaseSet", Mandatory = true)]
    public SwitchParameter LeafBase { get; set; }

    [Parameter(ParameterSetName = "ExtensionSet", Mandatory = true)]
    public SwitchParameter Extension { get; set; }

    [Parameter(ParameterSetName = "QualifierSet", Mandatory = true)]
    public SwitchParameter Qualifier { get; set; }

    [Parameter(ParameterSetName = "NoQualifierSet", Mandatory = true)]
    public SwitchParameter NoQualifier { get; set; }

    [Parameter(ParameterSetName = "IsAbsoluteSet", Mandatory = true)]
    public SwitchParameter IsAbsolute { get; set; }

    [Parameter]
    public SwitchParameter Resolve { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string path in Path)
        {
            IEnumerable<string> paths = [path];
            try
            {
                paths = Resolve ? SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(info => info.Path) : paths;
            }
            catch (ItemNotFoundException e)
            {
                WriteError(new ErrorRecord(e.ErrorRecord, e));
                continue;
            }

            foreach (string each in paths)
            {
                Split(each);
            }
        }
    }

    private void Split(string path)
    {
        PathIntrinsics paths = SessionState.Path;
        int colon = path.IndexOf(':', StringComparison.Ordinal);
        switch (ParameterSetName)
        {
            case "LeafSet":
                WriteObject(paths.ParseChildName(path));
                break;
            case "LeafBaseSet":
                WriteObject(System.IO.Path.GetFileNameWithoutExtension(paths.ParseChildName(path)));
                break;
            case "ExtensionSet":
                WriteObject(System.IO.Path.GetExtension(paths.ParseChildName(path)));
                break;
            case "NoQualifierSet":
                WriteObject(colon < 0 ? path : path[(colon + 1)..]);
                break;
            case "IsAbsoluteSet":
                WriteObject(paths.IsPSAbsolute(path, out _));
                break;
            case "QualifierSet" when colon < 0:
                WriteError(new ErrorRecord(
                    new FormatException($"Cannot parse path because path '{path}' does not have a qualifier specified."),
                    "ParsePathFormatError",
                    ErrorCategory.InvalidArgument,
                    path));
                break;
            case "QualifierSet":
                WriteObject(path[..(colon + 1)]);
                break;
            default:
                WriteObject(paths.ParseParent(path, string.Empty));
                break;
        }
    }
}
