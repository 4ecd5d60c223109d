using System.Management.Automation;
using System.Text;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Export-Csv.</summary>
[Cmdlet(VerbsData.Export, "Csv", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
internal sealed class ExportCsvCommand : ConvertToCsvCommand, IDisposable
{
    private StreamWriter? _writer;
    private IReadOnlyList<string>? _existing;

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Path")]
    [Alias("FilePath")]
    public string? Path { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter]
    public SwitchParameter Append { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    protected override bool WantsHeader => _existing is null;

    public void Dispose() => _writer?.Dispose();

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        string file = TextFiles.Resolve(this, Path ?? LiteralPath!);
        if (!ShouldProcess(file))
        {
            return;
        }

        if (Append && File.Exists(file))
        {
            using StreamReader reader = new(file, Encoding);
            _existing = new CsvFormat(UsedDelimiter).Read(reader).FirstOrDefault();
        }

        _writer = TextFiles.OpenWriter(this, file, Encoding, Append, NoClobber, Force);
    }

    protected override IReadOnlyList<string>? ExistingColumns() => _existing;

    protected override void WriteLine(string line) => _writer?.WriteLine(line);

    protected override void EndProcessing() => Dispose();
}
