using System.Management.Automation;
using FlowModule.Engine.Files;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Lookup.Export;

/// <summary>Writes runs to a file, in the format of its extension.</summary>
internal static class RunExport
{
    /// <summary>Whether the name of a file names a format.</summary>
    internal static bool IsFormat(string path) => IsJson(path) || IsHtml(path);

    /// <exception cref="FlowException">The extension is not a known format.</exception>
    internal static void RequireFormat(string path)
    {
        if (!IsFormat(path))
        {
            throw FlowException.InvalidParameter(
                $"'{Path.GetFileName(path)}' does not say in which format to write: its name has to end in .json or .html.", "FlowExportFormatUnknown", path);
        }
    }

    /// <summary>A value of a run as it was kept; or a note that it was not kept or cannot be read.</summary>
    internal static (object? Value, string? Note) ValueOf(FlowRunRecord run, RunValue value)
    {
        (string? text, string? note) = run.History.Read(store => store.Value(run.Id, value));
        try
        {
            return (text is null ? null : run.History.Values.Decode(text), note);
        }
        catch (FormatException exception)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>Writes the file atomically.</summary>
    /// <exception cref="FlowException">It already exists, or cannot be written.</exception>
    internal static void Write(string path, IReadOnlyList<FlowRunRecord> runs, bool overwrite)
    {
        if (!overwrite && File.Exists(path))
        {
            throw new FlowException($"The file '{path}' is there already. -Force overwrites it.", "FlowFileExists", ErrorCategory.ResourceExists, path);
        }

        try
        {
            AtomicFile.Write(
                path,
                stream =>
                {
                    if (IsJson(path))
                    {
                        RunJson.Write(stream, runs);
                    }
                    else
                    {
                        RunHtml.Write(stream, runs);
                    }
                },
                overwrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FlowException($"The file '{path}' cannot be written: {exception.Message}", "FlowFileNotWritten", ErrorCategory.WriteError, path, exception);
        }
    }

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static bool IsHtml(string path) => path.EndsWith(".html", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".htm", StringComparison.OrdinalIgnoreCase);
}
