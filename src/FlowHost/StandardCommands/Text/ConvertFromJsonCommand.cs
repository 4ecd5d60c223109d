using System.Management.Automation;
using System.Text.Json;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertFrom-Json, without -DateKind.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Json")]
internal sealed class ConvertFromJsonCommand : PSCmdlet
{
    private readonly List<string> _lines = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; } = 1024;

    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    protected override void ProcessRecord() => _lines.Add(InputObject);

    protected override void EndProcessing()
    {
        // One document over several lines, or a document a line: the first line tells.
        if (_lines.Count > 1 && TryParse(_lines[0], out _) is null)
        {
            _lines.ForEach(Convert);
        }
        else if (_lines.Count > 0)
        {
            Convert(string.Join('\n', _lines));
        }
    }

    private void Convert(string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return;
        }

        if (TryParse(json, out object? value) is { } fault)
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSInvalidOperationException("Conversion from JSON failed with error: " + fault.Message, fault),
                "InvalidJson",
                ErrorCategory.InvalidData,
                json));
        }

        WriteObject(value, enumerateCollection: !NoEnumerate && value is object?[]);
    }

    private JsonException? TryParse(string json, out object? value)
    {
        value = null;
        try
        {
            value = new JsonReader(AsHashtable, Depth).Read(json);
            return null;
        }
        catch (JsonException e)
        {
            return e;
        }
    }
}
