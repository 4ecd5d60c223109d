using System.Text;
using FlowModule.Scheduling.Registrars;

namespace FlowModule.Tests.Scheduling;

/// <summary>Programs that the test replaces: a crontab in memory, or any other.</summary>
internal sealed class StubPrograms : IPrograms
{
    internal static readonly Encoding Latin = Encoding.Latin1;

    internal HashSet<string> Missing { get; } = [];

    /// <summary>The content of the crontab; null for none.</summary>
    internal byte[]? Table { get; set; }

    /// <summary>Whether crontab refuses a file without a final newline, like Debian's.</summary>
    internal bool WantsNewLine { get; set; }

    /// <summary>All calls, with their arguments.</summary>
    internal List<string> Calls { get; } = [];

    /// <summary>Answers a call in place of the stub; null to let the stub answer.</summary>
    internal Func<string, ProgramResult?> Answer { get; set; } = _ => null;

    public bool Has(string program) => !Missing.Contains(program);

    public ProgramResult Run(string program, IReadOnlyList<string> arguments, byte[]? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        string call = string.Join(' ', arguments.Prepend(program));
        Calls.Add(call);
        return Answer(call) ?? call switch
        {
            "crontab -l" => Table is null ? new ProgramResult(1, [], "no crontab for me") : new ProgramResult(0, Shown(Table), string.Empty),
            "crontab -e" => Edit(environment!["VISUAL"]),
            "crontab -r" => Set(null),
            "crontab -" when WantsNewLine && input![^1] != (byte)'\n' => new ProgramResult(1, [], "new crontab file is missing newline before EOF, can't install."),
            "crontab -" => Set(input),
            _ => new ProgramResult(0, [], string.Empty),
        };
    }

    // Like Debian's output.
    private static byte[] Shown(byte[] table) => Latin.GetBytes(Latin.GetString(table).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\b", "\\b", StringComparison.Ordinal));

    private ProgramResult Edit(string editor)
    {
        File.WriteAllBytes(editor + ".copy", Table!);
        return new ProgramResult(0, [], "No modification made");
    }

    private ProgramResult Set(byte[]? table)
    {
        Table = table;
        return new ProgramResult(0, [], string.Empty);
    }
}
