using System.Management.Automation;
using FlowModule.Hosting.History;

namespace FlowModule.Commands;

/// <summary>Writes runs, with all inside of them and their logs, into a file: as data (.json), or as a page to read (.html).</summary>
[Cmdlet(VerbsData.Export, "FlowRun", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportFlowRunCommand : ChosenRunsCommand
{
    private readonly List<FlowRunRecord> _chosen = [];
    private string _path = string.Empty;

    /// <summary>The file; its extension says the format.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>Overwrite the file if it is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Give the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _path = GetUnresolvedProviderPathFromPSPath(Path);
        OrThrow(() =>
        {
            RunExport.RequireFormat(_path);
            return true;
        });
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _chosen.AddRange(ChooseRuns());

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
