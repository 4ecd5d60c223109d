using System.Text;
using FlowModule.Scheduling.Registrars.TaskScheduler;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Tests.Scheduling;

/// <summary>Windows programs split the arguments as before, by the documented rules of CommandLineToArgvW.</summary>
public sealed class WindowsCommandLineTests
{
    private static readonly Gen<string> Argument = Gen.Elements("a", " ", "\"", "\\", "\\\\", "ü", "%", "$", "\t", "'", "\\\"", "C:\\x y\\").ListOf().Select(pieces => string.Concat(pieces));

    [Property(MaxTest = 2000)]
    public Property Arguments_come_back() => Prop.ForAll(
        Argument.ListOf().Select(arguments => arguments.ToArray()).ToArbitrary(),
        arguments => Assert.Equal(arguments, Split(WindowsCommandLine.Join(arguments))));

    // 2n backslashes before a quote are n backslashes, and the quote begins or ends a quoted part; 2n+1 are n and the quote itself; others are literal.
    private static List<string> Split(string line)
    {
        var arguments = new List<string>();
        StringBuilder? argument = null;
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            int slashes = line.AsSpan(i).IndexOfAnyExcept('\\') is var run && run < 0 ? line.Length - i : run;
            if (slashes > 0 && i + slashes < line.Length && line[i + slashes] == '"')
            {
                (argument ??= new StringBuilder()).Append('\\', slashes / 2);
                i += slashes;
                if (slashes % 2 == 1)
                {
                    argument.Append('"');
                    continue;
                }

                isQuoted = !isQuoted;
            }
            else if (line[i] == '"')
            {
                argument ??= new StringBuilder();
                isQuoted = !isQuoted;
            }
            else if (line[i] is ' ' or '\t' && !isQuoted)
            {
                Add(arguments, ref argument);
            }
            else
            {
                (argument ??= new StringBuilder()).Append(line[i]);
            }
        }

        Add(arguments, ref argument);
        return arguments;
    }

    private static void Add(List<string> arguments, ref StringBuilder? argument)
    {
        if (argument is not null)
        {
            arguments.Add(argument.ToString());
            argument = null;
        }
    }
}
