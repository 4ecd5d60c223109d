using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Text;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>What Set-Content and Add-Content share. Without -AsByteStream, -Stream, -Filter, -Include and -Exclude.</summary>
internal abstract class WriteContentCommand : PSCmdlet, IDisposable
{
    private readonly List<StreamWriter> _files = [];
    private readonly List<IContentWriter> _items = [];
    private bool _opened;

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public string[] Path { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; }

    [Parameter]
    [TextEncoding]
    public Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected abstract bool Appends { get; }

    public void Dispose()
    {
        _files.ForEach(file => file.Dispose());
        _files.Clear();
        foreach (IContentWriter item in _items)
        {
            item.Close();
            item.Dispose();
        }

        _items.Clear();
    }

    protected override void ProcessRecord()
    {
        if (!_opened)
        {
            _opened = true;
            OpenAll();
        }

        object?[] values = Value ?? [];
        foreach (StreamWriter file in _files)
        {
            foreach (object? value in values)
            {
                string text = value is null ? string.Empty : PSObject.AsPSObject(value).ToString();
                if (NoNewline)
                {
                    file.Write(text);
                }
                else
                {
                    file.WriteLine(text);
                }
            }
        }

        _items.ForEach(item => item.Write(values));
        if (PassThru)
        {
            WriteObject(Value, enumerateCollection: true);
        }
    }

    protected override void EndProcessing() => Dispose();

    private void OpenAll()
    {
        foreach (string path in LiteralPath.Concat(Path.SelectMany(Expand)))
        {
            string file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            bool isFile = string.Equals(provider.Name, "FileSystem", StringComparison.OrdinalIgnoreCase);
            if (!ShouldProcess("Path: " + (isFile ? file : path), Appends ? "Add Content" : "Set Content"))
            {
                continue;
            }

            if (isFile)
            {
                _files.Add(TextFiles.OpenWriter(this, file, Encoding, Appends, noClobber: false, Force));
                continue;
            }

            if (!Appends && InvokeProvider.Item.Exists(path, Force, literalPath: true))
            {
                InvokeProvider.Content.Clear([path], Force, literalPath: true);
            }

            foreach (IContentWriter writer in InvokeProvider.Content.GetWriter([path], Force, literalPath: true))
            {
                if (Appends)
                {
                    writer.Seek(0, SeekOrigin.End);
                }

                _items.Add(writer);
            }
        }
    }

    // A path with wildcards means what exists; one without may be about to come into being.
    private IEnumerable<string> Expand(string path) => WildcardPattern.ContainsWildcardCharacters(path)
        ? SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(info => info.Path)
        : [path];
}

/// <summary>Set-Content.</summary>
[Cmdlet(VerbsCommon.Set, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
internal sealed class SetContentCommand : WriteContentCommand
{
    protected override bool Appends => false;
}

/// <summary>Add-Content.</summary>
[Cmdlet(VerbsCommon.Add, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
internal sealed class AddContentCommand : WriteContentCommand
{
    protected override bool Appends => true;
}
