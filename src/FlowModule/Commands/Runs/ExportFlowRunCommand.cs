using System.Management.Automation;
using FlowModule.Lookup.Export;

namespace FlowModule.Commands;

/// <summary>Writes runs, with their logs and the runs inside them, to a file: as data (.json), or as a page to read (.html).</summary>
[Cmdlet(VerbsData.Export, "FlowRun", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportFlowRunCommand : ChosenRunsCommand
{
    private readonly List<FlowRunRecord> _chosen = [];
    private string _path = string.Empty;

    /// <summary>The file; its extension sets the format.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <inheritdoc/>
    /// <remarks>In the same parameter set as Name: if runs are piped, the first argument is the file.</remarks>
    [Parameter(ValueFromPipeline = true, ParameterSetName = NameSet)]
    [ValidateNotNull]
    public override object[] InputObject { get; set; } = [];

    /// <summary>Whether to overwrite an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Whether to return the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        OrThrow(() =>
        {
            bool isPiped = MyInvocation.ExpectingInput || InputObject.Length > 0;
            if (Path.Length == 0 && Name is [var only] && only.ToString() is { Length: > 0 } file && (isPiped || RunExport.IsFormat(file)))
            {
                (Path, Name) = (file, []);
            }

            if (Path.Length == 0 || (isPiped && Name.Length > 0))
            {
                throw FlowException.InvalidParameter(
                    Path.Length == 0 ? "Name the file to write, such as run.html or run.json." : "Name the runs or pipe them, not both.", "FlowExportUnclear", target: null);
            }

            _path = GetUnresolvedProviderPathFromPSPath(Path);
            RunExport.RequireFormat(_path);
            return true;
        });
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        _chosen.AddRange(InputObject.Length > 0 ? Ask<IReadOnlyList<FlowRunRecord>>(() => [.. Finder.ByObject(InputObject)]) : ChooseRuns());

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_chosen.Count == 0 || !ShouldProcess(_path, $"Export {_chosen.Count} flow {(_chosen.Count == 1 ? "run" : "runs")}"))
        {
            return;
        }

        Ask(() =>
        {
            RunExport.Write(_path, _chosen, Force);
            return true;
        });
        if (PassThru)
        {
            WriteObject(new FileInfo(_path));
        }
    }
}
