using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

/// <summary>A program named crontab that is found before the machine's own, which tests must not change. Its table is a file.</summary>
internal static class StubCrontab
{
    private const string Script = """
        #!/bin/sh
        table="$(dirname "$0")/table"
        case "$1" in
            -l) [ -f "$table" ] && exec cat "$table"; echo "no crontab for tests" >&2; exit 1 ;;
            -r) rm -f "$table" ;;
            -) [ -f "$table.refuse" ] && { echo "bad minute" >&2; exit 1; }; cat >"$table" ;;
        esac
        """;

    private static readonly Lazy<string> Folder = new(Make);

    private static string Table => Path.Combine(Folder.Value, "table");

    /// <summary>Its content.</summary>
    internal static string Text => File.Exists(Table) ? File.ReadAllText(Table) : string.Empty;

    /// <summary>Whether it refuses new content.</summary>
    internal static bool Refuse
    {
        set
        {
            if (value)
            {
                File.WriteAllText(Table + ".refuse", string.Empty);
            }
            else
            {
                File.Delete(Table + ".refuse");
            }
        }
    }

    internal static void Use() => _ = Folder.Value;

    /// <summary>Changes it by hand.</summary>
    internal static void Edit(Func<string, string> edit) => File.WriteAllText(Table, edit(Text));

    private static string Make()
    {
        var folder = new TempFolder();
        string program = folder.Write("crontab", Script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Environment.SetEnvironmentVariable("PATH", folder.FullPath + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
        folder.RemoveAtExit();
        return folder.FullPath;
    }
}
