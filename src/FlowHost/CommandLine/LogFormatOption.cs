using System.CommandLine;
using FlowModule.FlowHost.Terminal;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.CommandLine;

/// <summary>The option of <c>flow run</c> and <c>flow serve</c> for what they write: before the script, or the parameters of the scheduler.</summary>
internal static class LogFormatOption
{
    internal const string Name = "--log-format";

    /// <summary>The environment variable that applies without the option.</summary>
    internal const string Variable = "FLOW_LOG_FORMAT";

    // Who comes from PowerShell writes it like this.
    private const string PowerShellName = "-LogFormat";

    internal static Option<string?> Make()
    {
        return new(Name, PowerShellName)
        {
            Description = $"What is written to standard output: text, or json for one JSON object per line. Without it, the environment variable {Variable} decides.",
        };
    }

    /// <summary>Does the work with the format that the command line, or else the environment, asks for. Returns its exit code.</summary>
    internal static int Run(ParseResult result, Option<string?> option, Func<LogFormat, int> work)
    {
        string? text = result.GetValue(option) ?? Environment.GetEnvironmentVariable(Variable);
        LogFormat format = LogFormat.Text;
        if (!string.IsNullOrEmpty(text) && !TryParse(text, out format))
        {
            Console.Error.WriteLine($"flow: '{text}' is no log format: it is text or json.");
            return ExitCodes.BadInput;
        }

        return work(format);
    }

    /// <summary>The words with the option as the command line knows it: PowerShell's names are in any case, and may have a colon.</summary>
    internal static string[] Normalize(IEnumerable<string> words) =>
    [
        .. words.SelectMany(static word => string.Equals(word, PowerShellName, StringComparison.OrdinalIgnoreCase) ? [Name]
            : word.StartsWith(PowerShellName + ":", StringComparison.OrdinalIgnoreCase) ? [Name, word[(PowerShellName.Length + 1)..]]
            : new[] { word }),
    ];

    /// <summary>The command line of a scheduler with the option in front of the cmdlet's parameters, wherever it was written.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="at">The place of the first parameter.</param>
    internal static string[] MoveTo(string[] args, int at)
    {
        int found = Enumerable.Range(at, args.Length - at).FirstOrDefault(i => CountAt(args, i) > 0, at);
        int count = CountAt(args, found);
        return [.. args[..at], .. args[found..(found + count)], .. args[at..found], .. args[(found + count)..]];
    }

    /// <summary>How many words at a position are the option with its value.</summary>
    internal static int CountAt(string[] args, int at) => at >= args.Length ? 0
        : args[at] is Name || string.Equals(args[at], PowerShellName, StringComparison.OrdinalIgnoreCase) ? Math.Min(2, args.Length - at)
        : args[at].StartsWith(Name + "=", StringComparison.Ordinal) || args[at].StartsWith(PowerShellName + ":", StringComparison.OrdinalIgnoreCase) ? 1
        : 0;

    private static bool TryParse(string text, out LogFormat format) => Enum.TryParse(text, ignoreCase: true, out format) && !char.IsDigit(text[0]);
}
