using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Management.Automation.Runspaces;
using Microsoft.PowerShell.Commands;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>What objects look like on the screen, as text.</summary>
internal static class FormattedText
{
    /// <summary>Formats <paramref name="items"/> with the views of the current runspace, <paramref name="width"/> characters wide.</summary>
    public static string Render(IEnumerable<PSObject> items, int width)
    {
        CaptureHost host = new(width);
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(new CmdletInfo("Out-Default", typeof(OutDefaultCommand)));
        shell.Invoke(items, new PSInvocationSettings { Host = host });
        string text = host.Text;

        // In a file or a variable, colours are noise.
        return new StringDecorated(text).IsDecorated ? new StringDecorated(text).ToString(OutputRendering.PlainText) : text;
    }

    /// <summary>The width of the host's lines.</summary>
    public static int WidthOf(PSCmdlet command)
    {
        try
        {
            int width = command.Host.UI?.RawUI?.BufferSize.Width ?? 0;
            return width > 0 ? width : 120;
        }
        catch (System.Management.Automation.Host.HostException)
        {
            return 120;
        }
    }
}
