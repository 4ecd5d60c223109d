using System.Management.Automation;
using System.Text;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Out-File, which is also what the operators &gt; and &gt;&gt; call.</summary>
[Cmdlet(VerbsData.Out, "File", SupportsShouldProcess = true, DefaultParameterSetName = "ByPath")]
internal sealed class OutFileCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "ByPath")]
    [Alias("Path")]
    public string? FilePath { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "ByLiteralPath")]
    [Alias("PSPath", "LP")]
    public string? LiteralPath { get; set; }

    [Parameter(Position = 1)]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    [Parameter]
    public SwitchParameter Append { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int? Width { get; set; }

    protected override void ProcessRecord()
    {
        if (PipelineInput.IsObject(InputObject))
        {
            _items.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        string file = TextFiles.Resolve(this, FilePath ?? LiteralPath!);
        if (ShouldProcess(file))
        {
            string text = FormattedText.Render(_items, Width ?? FormattedText.WidthOf(this));
            using StreamWriter writer = TextFiles.OpenWriter(this, file, Encoding, Append, NoClobber, Force);
            writer.Write(NoNewline ? text.ReplaceLineEndings(string.Empty) : text);
        }
    }
}
