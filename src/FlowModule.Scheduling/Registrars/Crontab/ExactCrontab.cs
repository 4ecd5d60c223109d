namespace FlowModule.Scheduling.Registrars.Crontab;

/// <summary>
/// Reads a crontab exactly. The output of <c>crontab -l</c> is for people: Debian's shows a carriage return as <c>\r</c> and a backspace as <c>\b</c>; if this were
/// written back, the file would change. An editor gets the file itself.
/// </summary>
internal static class ExactCrontab
{
    private const string Copied = ".copy";

    /// <summary>Whether the output may differ from the file.</summary>
    internal static bool IsDoubtful(ReadOnlySpan<byte> shown) => shown.IndexOf("\\r"u8) >= 0 || shown.IndexOf("\\b"u8) >= 0;

    /// <summary>The bytes of an existing crontab.</summary>
    /// <exception cref="RegistrarException">It cannot be read exactly.</exception>
    internal static byte[] Read(IPrograms programs, string crontab)
    {
        string folder = Directory.CreateTempSubdirectory("flowmodule-").FullName;
        try
        {
            string editor = Path.Combine(folder, "read");
            File.WriteAllText(editor, $"#!/bin/sh\ncat \"$1\" >\"$0{Copied}\"\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(editor, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            ProgramResult result = programs.Run(crontab, ["-e"], environment: new Dictionary<string, string> { ["VISUAL"] = editor, ["EDITOR"] = editor });
            return File.Exists(editor + Copied)
                ? File.ReadAllBytes(editor + Copied)
                : throw new RegistrarException($"The crontab contains control characters, and '{crontab} -e' does not show which: {result.Errors}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RegistrarException($"The crontab cannot be read exactly: {exception.Message}", inner: exception);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
