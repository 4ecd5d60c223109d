using FlowModule.Engine.Files;
using FlowModule.Engine.Liveness;

namespace FlowModule.Scheduling.Registrars;

/// <summary>Holds off other processes that register or unregister, with a file that only one has open.</summary>
internal sealed class RegistrationLock : IDisposable
{
    private const string FolderFile = ".lock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private RegistrationLock(FileStream file) => _file = file;

    /// <param name="folder">The folder that the file is in. It is made when it is needed.</param>
    /// <param name="fileName">The file's name; that of what holds a folder of registrations if none is given.</param>
    /// <exception cref="RegistrarException">Another process holds it, and does not end.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable, or others can write to it.</exception>
    internal static RegistrationLock Take(string folder, string fileName = FolderFile)
    {
        // Registrations and what holds them: nobody else's business.
        PrivateFiles.MakeFolder(folder);
        string path = Path.Combine(folder, fileName);
        PrivateFiles.Require(path);
        FileStreamOptions options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None }.Private(path);
        try
        {
            return new RegistrationLock(FileTurn.Wait(path, options, Patience, Pause));
        }
        catch (IOException exception) when (ProcessLock.IsHeld(exception))
        {
            throw new RegistrarException($"Another process registers flows and does not end: it holds '{path}'.", inner: exception);
        }
    }

    // The file stays: to remove it would let a third process in while a second still waits for the first.
    public void Dispose() => _file.Dispose();
}
