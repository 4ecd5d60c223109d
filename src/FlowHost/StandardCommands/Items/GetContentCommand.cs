using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Text;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Content, without -Wait, -Delimiter, -AsByteStream and -ReadCount.</summary>
[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
internal sealed class GetContentCommand : PathCommand
{
    [Parameter]
    [Alias("First", "Head")]
    [ValidateRange(0, long.MaxValue)]
    public long? TotalCount { get; set; }

    [Parameter]
    [Alias("Last")]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    [Parameter]
    public SwitchParameter Force { get; set; }

    protected override void Process(string path)
    {
        foreach (string item in Resolve(path))
        {
            string file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(item, out ProviderInfo provider, out _);
            bool isFile = string.Equals(provider.Name, "FileSystem", StringComparison.OrdinalIgnoreCase) && File.Exists(file);
            if (isFile && Raw)
            {
                WriteObject(File.ReadAllText(file, Encoding));
                continue;
            }

            // What is no file is the provider's to read, and its errors are its own.
            IEnumerable<object?> lines = isFile ? File.ReadLines(file, Encoding) : ReadItem(item);
            lines = TotalCount is { } count ? lines.Take((int)Math.Min(count, int.MaxValue)) : lines;
            WriteObject(Tail is { } tail ? lines.TakeLast(tail) : lines, enumerateCollection: true);
        }
    }

    private IEnumerable<object?> ReadItem(string item)
    {
        foreach (IContentReader reader in InvokeProvider.Content.GetReader([item], Force, literalPath: true))
        {
            using (reader)
            {
                for (IList? block = reader.Read(1); block is { Count: > 0 }; block = reader.Read(1))
                {
                    yield return block[0];
                }
            }
        }
    }
}
