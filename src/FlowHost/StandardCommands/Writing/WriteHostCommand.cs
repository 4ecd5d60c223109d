using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Text;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Write-Host.</summary>
[Cmdlet(VerbsCommunications.Write, "Host")]
internal sealed class WriteHostCommand : PSCmdlet
{
    // The tag by which the engine knows a record that is shown whatever $InformationPreference says.
    private static readonly string[] HostTag = ["PSHOST"];

    [Parameter(Position = 0, ValueFromRemainingArguments = true, ValueFromPipeline = true)]
    [Alias("Msg", "Message")]
    public object? Object { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    [ValidateNotNull]
    public object Separator { get; set; } = " ";

    [Parameter]
    public ConsoleColor? ForegroundColor { get; set; }

    [Parameter]
    public ConsoleColor? BackgroundColor { get; set; }

    protected override void ProcessRecord()
    {
        StringBuilder text = new();
        Append(text, Object);
        WriteInformation(
            new HostInformationMessage
            {
                Message = text.ToString(),
                NoNewLine = NoNewline,
                ForegroundColor = ForegroundColor ?? FromHost(BackgroundColor, ui => ui.ForegroundColor),
                BackgroundColor = BackgroundColor ?? FromHost(ForegroundColor, ui => ui.BackgroundColor),
            },
            HostTag);
    }

    // Given one colour, the other is the host's own: left out, the engine would take grey or black for it.
    private ConsoleColor? FromHost(ConsoleColor? other, Func<PSHostRawUserInterface, ConsoleColor> color)
    {
        try
        {
            return other is not null && Host?.UI?.RawUI is { } ui ? color(ui) : null;
        }
        catch (HostException)
        {
            return null;
        }
    }

    private void Append(StringBuilder text, object? value)
    {
        object? inner = value is PSObject wrapped ? wrapped.BaseObject : value;
        switch (inner)
        {
            case null:
                break;
            case string s:
                text.Append(s);
                break;
            case IEnumerable items:
                bool first = true;
                foreach (object? item in items)
                {
                    if (!first)
                    {
                        text.Append(Separator);
                    }

                    first = false;
                    Append(text, item);
                }

                break;
            default:
                text.Append(value);
                break;
        }
    }
}
