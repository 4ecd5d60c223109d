using System.Text;

namespace FlowModule.Scheduling.Registrars.TaskScheduler;

/// <summary>Joins arguments into one text, which Windows programs split again by the rules of CommandLineToArgvW.</summary>
internal static class WindowsCommandLine
{
    internal static string Join(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    private static string Quote(string argument)
    {
        if (argument.Length > 0 && argument.AsSpan().IndexOfAny(" \t\n\v\"") < 0)
        {
            return argument;
        }

        var text = new StringBuilder("\"");
        int backslashes = 0;
        foreach (char letter in argument)
        {
            // A backslash is special only before a quote, and must then be doubled.
            if (letter == '"')
            {
                text.Append('\\', backslashes + 1);
            }

            backslashes = letter == '\\' ? backslashes + 1 : 0;
            text.Append(letter);
        }

        return text.Append('\\', backslashes).Append('"').ToString();
    }
}
