using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertTo-Csv, without -QuoteFields and -IncludeTypeInformation.</summary>
[Cmdlet(VerbsData.ConvertTo, "Csv")]
internal class ConvertToCsvCommand : PSCmdlet
{
    private IReadOnlyList<string>? _columns;
    private CsvFormat _format = new(',');

    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public PSObject? InputObject { get; set; }

    [Parameter]
    public char Delimiter { get; set; } = ',';

    [Parameter]
    public SwitchParameter UseCulture { get; set; }

    [Parameter]
    [Alias("UQ")]
    public CsvQuotes UseQuotes { get; set; } = CsvQuotes.Always;

    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    // Today's default, which many scripts still spell out.
    [Parameter]
    [Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; }

    protected char UsedDelimiter => UseCulture ? CsvFormat.CultureDelimiter : Delimiter;

    protected override void BeginProcessing() => _format = new CsvFormat(UsedDelimiter, UseQuotes);

    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        if (_columns is null)
        {
            // The first object tells the columns of all.
            _columns = ExistingColumns() ?? CsvFormat.ColumnsOf(InputObject);
            if (!NoHeader && WantsHeader)
            {
                WriteLine(_format.Join(_columns));
            }
        }

        WriteLine(_format.Row(InputObject, _columns));
    }

    protected virtual bool WantsHeader => true;

    protected virtual IReadOnlyList<string>? ExistingColumns() => null;

    protected virtual void WriteLine(string line) => WriteObject(line);
}
