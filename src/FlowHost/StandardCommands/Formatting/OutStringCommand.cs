using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Out-String.</summary>
[Cmdlet(VerbsData.Out, "String", DefaultParameterSetName = "NoNewLineFormatting")]
internal sealed class OutStringCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(ParameterSetName = "StreamFormatting")]
    public SwitchParameter Stream { get; set; }

    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int? Width { get; set; }

    [Parameter(ParameterSetName = "NoNewLineFormatting")]
    public SwitchParameter NoNewline { get; set; }

    protected override void ProcessRecord()
    {
        if (PipelineInput.IsObject(InputObject))
        {
            _items.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        string text = FormattedText.Render(_items, Width ?? FormattedText.WidthOf(this));
        if (Stream)
        {
            using StringReader lines = new(text);
            while (lines.ReadLine() is { } line)
            {
                WriteObject(line);
            }
        }
        else
        {
            WriteObject(NoNewline ? text.ReplaceLineEndings(string.Empty) : text);
        }
    }
}
