using FlowModule.Engine.Files;

namespace FlowModule.Scheduling.Registrars;

/// <summary>Excludes other processes while one registers or unregisters, with a file that only one process can open.</summary>
internal sealed class RegistrationLock : IDisposable
{
    private const string FolderFile = ".lock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private RegistrationLock(FileStream file) => _file = file;

    /// <param name="folder">The folder of the file. It is created on first use.</param>
    /// <param name="fileName">The file's name; the default is the lock of a folder of registrations.</param>
    /// <exception cref="RegistrarException">Another process holds it for too long.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable, or others can write to it.</exception>
    internal static RegistrationLock Take(string folder, string fileName = FolderFile)
    {
        // Private, because registrations may be confidential.
        PrivateFiles.MakeFolder(folder);
        string path = Path.Combine(folder, fileName);
        PrivateFiles.Require(path);
        FileStreamOptions options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None }.Private(path);
        try
        {
            return new RegistrationLock(ExclusiveFile.Wait(path, options, Patience, Pause));
        }
        catch (IOException exception) when (HeldFile.IsHeld(exception))
        {
            throw new RegistrarException($"Another process is registering flows and does not end: it holds '{path}'.", inner: exception);
        }
    }

    // The file stays: if it were removed, a third process could enter while a second still waits for the first.
    public void Dispose() => _file.Dispose();
}
