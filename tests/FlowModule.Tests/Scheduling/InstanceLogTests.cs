using System.Text;
using FlowModule.Scheduling.Instances;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

/// <summary>The log of a scheduled flow: nothing is lost, and it does not fill the disk.</summary>
public sealed class InstanceLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string LogFile => Path.Combine(_folder.FullPath, "logs", "nightly.log");

    [Fact]
    public void It_is_made_with_its_folder_and_goes_on_where_it_ended()
    {
        new InstanceLog(LogFile).WriteLine("one");
        new InstanceLog(LogFile).WriteLine("zwei ü");

        Assert.Equal(["one", "zwei ü"], File.ReadAllLines(LogFile));
    }

    [Fact]
    public void A_large_one_is_renamed_and_the_oldest_goes()
    {
        var log = new InstanceLog(LogFile, maximumBytes: 10);
        for (int i = 0; i < 8; i++)
        {
            log.WriteLine($"line number {i}");
        }

        Assert.Equal("line number 7", File.ReadAllText(LogFile).TrimEnd());
        Assert.Equal(["6", "5", "4", "3"], Enumerable.Range(1, 4).Select(number => File.ReadAllText($"{LogFile}.{number}").TrimEnd()[^1..]));
        Assert.False(File.Exists($"{LogFile}.5"));
    }

    // On Windows, one reader of a file is enough.
    [Fact]
    public void One_that_cannot_be_renamed_grows_on_and_nothing_is_lost_then_or_later()
    {
        string obstacle = Path.Combine($"{LogFile}.1", "full");
        Directory.CreateDirectory(obstacle);
        var log = new InstanceLog(LogFile, maximumBytes: 10);
        for (int i = 0; i < 4; i++)
        {
            log.WriteLine($"line number {i}");
        }

        Assert.Equal(["line number 1", "line number 2", "line number 3"], File.ReadAllLines(LogFile));
        Directory.Delete(obstacle);
        Directory.Delete(Path.GetDirectoryName(obstacle)!);
        log.WriteLine("line number 4");

        string[] files = [LogFile, $"{LogFile}.1", $"{LogFile}.2"];
        Assert.Equal(["4 ", "1 2 3 ", "0 "], files.Select(file => string.Concat(File.ReadAllLines(file).Select(line => line[^1..] + " "))));
    }

    [Fact]
    public void Several_write_whole_lines_at_once_and_none_is_lost()
    {
        Parallel.For(0, 4, writer =>
        {
            var log = new InstanceLog(LogFile, maximumBytes: 20_000);
            for (int i = 0; i < 250; i++)
            {
                log.WriteLine($"{writer}:{i}:{new string('x', 40)}");
            }
        });

        string[] lines = [.. Directory.GetFiles(Path.GetDirectoryName(LogFile)!).SelectMany(File.ReadAllLines)];
        Assert.Equal(1000, lines.Distinct().Count());
        Assert.All(lines, line => Assert.EndsWith(new string('x', 40), line, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_begin_it_at_once_and_none_is_lost()
    {
        string[] files = [.. Enumerable.Range(0, 500).Select(round => Path.Combine(_folder.FullPath, $"{round}", "nightly.log"))];
        int arrived = 0;
        Thread[] writers = [.. Enumerable.Range(0, 2).Select(writer => new Thread(() =>
        {
            for (int round = 0; round < files.Length; round++)
            {
                // The calls only overlap this closely if neither sleeps.
                Interlocked.Increment(ref arrived);
                while (Volatile.Read(ref arrived) < 2 * (round + 1))
                {
                    Thread.SpinWait(1);
                }

                new InstanceLog(files[round]).WriteLine($"{writer}");
            }
        }))];
        Array.ForEach(writers, writer => writer.Start());
        Array.ForEach(writers, writer => writer.Join());

        Assert.All(files, file => Assert.Equal(["0", "1"], File.ReadAllLines(file).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void One_that_cannot_be_written_says_so()
    {
        Directory.CreateDirectory(LogFile);

        var log = new InstanceLog(LogFile);
        log.WriteLine("lost");

        Assert.NotNull(log.Trouble);
    }

    [Fact]
    public void One_that_could_not_be_written_for_a_while_still_says_so()
    {
        Directory.CreateDirectory(LogFile);
        var log = new InstanceLog(LogFile);
        log.WriteLine("lost");
        Directory.Delete(LogFile);
        log.WriteLine("written");

        Assert.NotNull(log.Trouble);
        Assert.Equal(["written"], File.ReadAllLines(LogFile));
    }

    [Fact]
    public void Output_that_goes_on_is_waited_for_but_not_for_ever()
    {
        using var reading = new SemaphoreSlim(0);
        var output = new InstanceOutput(new InstanceLog(LogFile));
        output.Read(new EndlessOutput(reading));
        reading.Wait();

        output.WaitForEnd(TimeSpan.FromDays(1), atMost: TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Output_comes_whole_and_its_last_lines_are_remembered()
    {
        var output = new InstanceOutput(new InstanceLog(LogFile));
        string text = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"line {i}\n")) + "no end";
        output.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        output.WaitForEnd(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

        Assert.Equal(text + "\n", File.ReadAllText(LogFile));
        Assert.Equal([.. Enumerable.Range(99_981, 19).Select(i => $"line {i}"), "no end"], output.LastLines);
    }

    /// <summary>The output of a program that was left behind and does not end.</summary>
    private sealed class EndlessOutput(SemaphoreSlim reading) : MemoryStream
    {
        private readonly ManualResetEventSlim _never = new();

        public override int Read(byte[] buffer, int offset, int count)
        {
            reading.Release();
            _never.Wait();
            return 0;
        }
    }
}
