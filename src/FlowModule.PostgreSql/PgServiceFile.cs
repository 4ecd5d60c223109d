using FlowModule.Engine.Files;
using FlowModule.Engine.Storage;

namespace FlowModule.PostgreSql;

/// <summary>
/// The user's connection service file, as psql and all programs with libpq read it: <c>[name]</c>, then lines such as <c>host=db1</c>. Npgsql does not read it.
/// It may have passwords, so it is refused if others can read it.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class PgServiceFile(string path)
{
    internal const string Variable = "PGSERVICEFILE";

    /// <summary>The file that libpq would read.</summary>
    internal static PgServiceFile Usual => new(Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : UsualPath);

    private static string UsualPath => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "postgresql", ".pg_service.conf")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".pg_service.conf");

    /// <summary>The names of the entries.</summary>
    /// <exception cref="HistoryException">The file cannot be used.</exception>
    internal IReadOnlyList<string> Names => File.Exists(path) ? [.. Lines().Select(static line => line.Entry).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : [];

    /// <summary>The settings of an entry, with the line where each is.</summary>
    /// <exception cref="HistoryException">There is no such entry, or the file cannot be used.</exception>
    internal IReadOnlyList<PgServiceLine> Read(string name)
    {
        if (!File.Exists(path))
        {
            throw Fault($"There is no entry '{name}', because there is no file '{path}'. It has the lines [{name}], host=..., dbname=... and user=..., and its owner alone can read it (chmod 600). The address of a server itself is postgres://user@host/database.");
        }

        PgServiceLine[] lines = [.. Lines()];
        PgServiceLine[] entry = [.. lines.SkipWhile(line => line.Entry != name)];
        return entry.Length > 0
            ? [.. entry.Skip(1).TakeWhile(static line => line.Entry is null)]
            : throw Fault($"There is no entry '{name}' in '{path}'. {(lines.Length == 0 ? "It is empty." : $"It has: {string.Join(", ", Names)}.")}");
    }

    /// <summary>What is wrong in a line.</summary>
    internal HistoryException Fault(PgServiceLine line, string why) => Fault($"Line {line.Number} of '{path}' cannot be used: {why}");

    private static HistoryException Fault(string message, Exception? inner = null) => new(HistoryFault.Unavailable, message, inner);

    private IEnumerable<PgServiceLine> Lines()
    {
        int number = 0;
        foreach (string line in Text().Select(static line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line is ['[', .., ']'])
            {
                yield return new PgServiceLine(number, line[1..^1], Name: string.Empty, Value: string.Empty);
            }
            else
            {
                yield return line.Split('=', 2) is [var name, var value]
                    ? new PgServiceLine(number, Entry: null, name.TrimEnd(), value.TrimStart())
                    : throw Fault($"Line {number} of '{path}' is neither [name] nor name=value.");
            }
        }
    }

    private string[] Text()
    {
        try
        {
            PrivateFiles.Require(path);
            return PrivateFiles.CanOthersRead(path)
                ? throw Fault($"The file '{path}' may have passwords, and others can read it. \"chmod 600 '{path}'\" ends that.")
                : File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fault($"The file '{path}' cannot be used. {exception.Message}", exception);
        }
    }
}

/// <summary>A line of the file: the beginning of an entry, or a setting of the entry above it.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Entry">The name of the entry that begins here; null for a setting.</param>
/// <param name="Name">The name of the setting.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct PgServiceLine(int Number, string? Entry, string Name, string Value);
