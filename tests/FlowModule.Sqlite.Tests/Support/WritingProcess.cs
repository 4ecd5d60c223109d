using System.Diagnostics;
using System.Globalization;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Sqlite.Tests.Support;

/// <summary>A real process that runs flows as fast as it can, and says the id of each whose end it has been given.</summary>
internal sealed class WritingProcess : IDisposable
{
    private const int Threads = 2;

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly List<Guid> _ended = [];
    private readonly SemaphoreSlim _hasEnded = new(0);
    private Task _reading = Task.CompletedTask;

    internal WritingProcess(string path, int count)
    {
        ProcessStartInfo start = new("dotnet", [typeof(WritingProcess).Assembly.Location, path, count.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The runs whose end the process has said.</summary>
    internal IReadOnlyList<Guid> Ended => _ended;

    /// <summary>Waits until it is ready to open the history.</summary>
    internal WritingProcess UntilReady()
    {
        Assert.Equal("ready", _process.StandardOutput.ReadLine());
        return this;
    }

    internal WritingProcess Go()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        _reading = Task.Run(ReadAsync);
        return this;
    }

    internal void UntilFirstEnd() => Assert.True(_hasEnded.Wait(TimeSpan.FromMinutes(2)), "No run has ended.");

    /// <summary>SIGKILL, or what comes next to it.</summary>
    internal void Kill()
    {
        _process.Kill();
        WaitForExit();
    }

    /// <summary>Waits for its end, and gives what it has written to the error stream.</summary>
    internal string WaitForExit()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(5)), "The process does not end.");
        _reading.GetAwaiter().GetResult();
        return _error.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        _hasEnded.Dispose();
    }

    /// <summary>The process itself. Without an end when there is no count.</summary>
    private static int Main(string[] arguments)
    {
        if (arguments is [SchedulingProcess.Word, var served, var effects, var anchor])
        {
            return SchedulingProcess.Serve(served, effects, DateTimeOffset.ParseExact(anchor, "O", CultureInfo.InvariantCulture));
        }

        string path = arguments[0];
        int count = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        Console.WriteLine("ready");
        Console.ReadLine();
        using var history = new RunHistory(HistoryAddress.OfFile(path), new TestValues(), TimeProvider.System, new SqliteBackend());
        FlowRun parent = Start(history, parent: null);
        int started = 0;
        Thread[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
            {
                while (count == 0 || Interlocked.Increment(ref started) <= count)
                {
                    Run(history, parent);
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        parent.Finish();
        parent.Recording!.Flush();
        return 0;
    }

    private static void Run(RunHistory history, FlowRun parent)
    {
        FlowRun run = Start(history, parent);
        run.Recording!.Log(run.Time.GetUtcNow(), FlowLogLevel.Information, "A line.");
        run.Finish(["result"]);
        run.Recording!.Flush();
        if (history.TakeWarning() is { } warning)
        {
            Console.Error.WriteLine(warning);
        }

        Console.WriteLine($"{run.Id:N}.");
    }

    private static FlowRun Start(RunHistory history, FlowRun? parent)
    {
        FlowRun run = new(new ScriptedFlow("flow"), parent, TimeProvider.System);
        run.Recording = new RunRecording(history, run);
        run.EnterWaiting("Waiting", "For its turn.");
        run.TryStart();
        return run;
    }

    private async Task ReadAsync()
    {
        // The last line of one that is killed may be half.
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.EndsWith('.'))
            {
                _ended.Add(Guid.Parse(line[..^1]));
                _hasEnded.Release();
            }
        }
    }
}
