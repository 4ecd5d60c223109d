using System.Diagnostics;
using System.Text;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrars.Crontab;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Tests.Scheduling;

/// <summary>The words of a crontab command reach the program unchanged.</summary>
public sealed class ShellTextTests
{
    private static readonly string[] Pieces = ["a", "Z", "0", " ", "'", "\"", "%", "$", "\\", "`", "\n", "\t", "ü", "雪", "🚀", "!", "*", "#", "&", ";", "(", "$HOME", "$(id)", "\\n", "%%", "-", "/", "="];

    private static readonly Gen<string> Word = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces));

    [Property(MaxTest = 60)]
    public Property A_program_gets_exactly_the_words() => Prop.ForAll(
        Word.Where(word => !word.EndsWith('\n')).ListOf().Select(words => words.ToArray()).Resize(12).ToArbitrary(),
        words =>
        {
            string line = CrontabFile.Line(string.Join(' ', words.Select(ShellText.Quote).Prepend("printf '<%s>'")), ScheduleKey.Of("a name", "/folder"));

            // The character that some crons read as a newline is not in the line, escaped or not: all crons read the line the same.
            string own = line["printf '<%s>'".Length..];
            Assert.DoesNotContain('%', own);
            Assert.DoesNotContain('\n', own);
            Assert.Equal(words.Length == 0 ? "<>" : string.Concat(words.Select(word => $"<{word}>")), Shell(line));
        });

    [Fact]
    public void A_word_that_ends_in_a_newline_is_refused() => Assert.Throws<InexpressibleException>(() => ShellText.Quote("a\n"));

    [Fact]
    public void Plain_words_stay_as_they_are() => Assert.Equal("/usr/bin/flow", ShellText.Quote("/usr/bin/flow"));

    [Fact]
    public void A_word_with_single_quotes_stays_readable() => Assert.Equal("\"exit (Invoke-FlowSchedule 'a b')[-1]\"", ShellText.Quote("exit (Invoke-FlowSchedule 'a b')[-1]"));

    private static string Shell(string command)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, UseShellExecute = false, StandardOutputEncoding = Encoding.UTF8 };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
