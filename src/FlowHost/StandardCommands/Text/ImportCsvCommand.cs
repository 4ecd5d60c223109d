using System.Management.Automation;
using System.Text;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Import-Csv.</summary>
[Cmdlet(VerbsData.Import, "Csv", DefaultParameterSetName = "Path")]
internal sealed class ImportCsvCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Path")]
    public string[]? Path { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter]
    public string[]? Header { get; set; }

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    protected override void ProcessRecord()
    {
        CsvFormat format = new(UseCulture ? CsvFormat.CultureDelimiter : Delimiter);
        foreach (string file in TextFiles.ResolveExisting(this, Path, LiteralPath))
        {
            using StreamReader reader = new(file, Encoding);
            foreach (PSObject item in format.ReadObjects(reader, Header))
            {
                WriteObject(item);
            }
        }
    }
}
