using System.IO.Compression;
using System.Security.Cryptography;

namespace FlowModule.Remoting;

/// <summary>
/// The module's own assemblies, as they are sent to a machine that does not have them. Their hash is the name of their folder there, so they are
/// sent once for each build.
/// </summary>
internal sealed class RemoteModule
{
    private static readonly Lazy<RemoteModule> Own = new(() => new RemoteModule(Path.GetDirectoryName(typeof(RemoteModule).Assembly.Location)!));

    private readonly string[] _files;
    private readonly Lazy<byte[]> _archive;

    private RemoteModule(string folder)
    {
        // Private assemblies are in folders of their own; histories, mail and cron are the business of this machine.
        _files = [.. Directory.GetFiles(folder, "FlowModule*.dll").Order(StringComparer.Ordinal)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in _files)
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        Name = Convert.ToHexString(hash.GetHashAndReset());
        _archive = new Lazy<byte[]>(Pack);
    }

    /// <summary>The assemblies of this process.</summary>
    internal static RemoteModule Current => Own.Value;

    /// <summary>The hash of the assemblies.</summary>
    internal string Name { get; }

    /// <summary>A zip archive with the assemblies.</summary>
    internal byte[] Archive => _archive.Value;

    private byte[] Pack()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string file in _files)
            {
                archive.CreateEntryFromFile(file, Path.GetFileName(file), CompressionLevel.Fastest);
            }
        }

        return bytes.ToArray();
    }
}
