using System.Management.Automation;
using System.Security.Cryptography;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-FileHash, without -InputStream.</summary>
[Cmdlet(VerbsCommon.Get, "FileHash", DefaultParameterSetName = "Path")]
internal sealed class GetFileHashCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public string[]? Path { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    [Parameter(Position = 1)]
    [ValidateSet("SHA1", "SHA256", "SHA384", "SHA512", "MD5")]
    public string Algorithm { get; set; } = "SHA256";

    protected override void ProcessRecord()
    {
        HashAlgorithmName algorithm = new(Algorithm.ToUpperInvariant());
        foreach (string file in TextFiles.ResolveExisting(this, Path, LiteralPath))
        {
            if (Directory.Exists(file))
            {
                continue;
            }

            using FileStream stream = File.OpenRead(file);
            PSObject result = new();
            result.Properties.Add(new PSNoteProperty("Algorithm", algorithm.Name));
            result.Properties.Add(new PSNoteProperty("Hash", Convert.ToHexString(CryptographicOperations.HashData(algorithm, stream))));
            result.Properties.Add(new PSNoteProperty("Path", file));

            // The engine has a view of this type.
            result.TypeNames.Insert(0, "Microsoft.PowerShell.Commands.FileHashInfo");
            WriteObject(result);
        }
    }
}
