using System.Management.Automation;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>What Test-Path's -PathType asks for.</summary>
internal enum PathKind
{
    Any,
    Container,
    Leaf,
}

/// <summary>Test-Path, without -Filter, -Include, -Exclude, -OlderThan and -NewerThan.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Path", DefaultParameterSetName = "Path")]
[OutputType(typeof(bool))]
internal sealed class TestPathCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? Path { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? LiteralPath { get; set; }

    [Parameter]
    [Alias("Type")]
    public PathKind PathType { get; set; } = PathKind.Any;

    [Parameter]
    public SwitchParameter IsValid { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string? path in Path ?? LiteralPath ?? [])
        {
            WriteObject(!string.IsNullOrWhiteSpace(path) && Test(path));
        }
    }

    private bool Test(string path)
    {
        try
        {
            if (IsValid)
            {
                return SessionState.Path.IsValid(path);
            }

            if (!InvokeProvider.Item.Exists(path, force: false, literalPath: Path is null))
            {
                return false;
            }

            return PathType == PathKind.Any
                || InvokeProvider.Item.IsContainer(Path is null ? WildcardPattern.Escape(path) : path) == (PathType == PathKind.Container);
        }
        catch (Exception e) when (e is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ItemNotFoundException or PSNotSupportedException)
        {
            return false;
        }
    }
}
