using System.Text.Json;
using FlowModule.Engine.Files;

namespace FlowModule.Dashboard.Acting;

/// <summary>Records who did what with the dashboard: one line of JSON per action, in a private file beside the history.</summary>
internal sealed class ActionLog(string path, TimeProvider time)
{
    /// <summary>How many actions are shown.</summary>
    internal const int MostShown = 500;

    // A larger file is cut to its second half.
    private const long LargestFile = 4 * 1024 * 1024;

    private readonly Lock _gate = new();

    /// <summary>Records an action.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
    internal void Add(string who, string what, Guid? run, string subject, string outcome)
    {
        string line = JsonSerializer.Serialize(new ActionRow(time.GetLocalNow(), who, what, run, subject, outcome));
        lock (_gate)
        {
            PrivateFiles.Require(path);
            Shorten();
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            using var writer = new StreamWriter(new FileStream(path, options.Private(path)));
            writer.WriteLine(line);
        }
    }

    /// <summary>Returns the last actions, newest first; only those of a run, if one is given.</summary>
    internal IReadOnlyList<ActionRow> Last(Guid? run = null)
    {
        lock (_gate)
        {
            return File.Exists(path)
                ? [.. Lines().Select(Parse).OfType<ActionRow>().Where(row => run is null || row.Run == run).Reverse().Take(MostShown)]
                : [];
        }
    }

    private static ActionRow? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ActionRow>(line);
        }
        catch (JsonException)
        {
            // A power failure may have cut this line off.
            return null;
        }
    }

    private string[] Lines()
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private void Shorten()
    {
        if (File.Exists(path) && new FileInfo(path).Length > LargestFile)
        {
            string[] lines = Lines();
            AtomicFile.Write(
                path,
                stream =>
                {
                    using var writer = new StreamWriter(stream);
                    Array.ForEach(lines[(lines.Length / 2)..], writer.WriteLine);
                },
                isPrivate: true);
        }
    }
}

/// <summary>An action of a user with the dashboard.</summary>
public sealed record ActionRow(DateTimeOffset Time, string Who, string What, Guid? Run, string Subject, string Outcome);
