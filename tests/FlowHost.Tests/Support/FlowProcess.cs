using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A real <c>flow</c> process.</summary>
internal sealed partial class FlowProcess : IDisposable
{
    // Only for a process that hangs; no test waits for this limit otherwise.
    private static readonly TimeSpan KillAfter = TimeSpan.FromMinutes(2);

    internal static readonly string FlowDll = typeof(FlowProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => string.Equals(attribute.Key, nameof(FlowDll), StringComparison.Ordinal)).Value!;

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];
    private readonly Task<string> _error;
    private readonly List<string> _output = [];

    private FlowProcess(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, bool isAtTerminal = false)
    {
        ProcessStartInfo start = isAtTerminal
            ? new("script", ["--quiet", "--return", "--command", string.Join(' ', arguments.Prepend(FlowDll).Prepend("dotnet").Select(word => $"'{word}'")), "/dev/null"])
            : new("dotnet", [FlowDll, .. arguments]);
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        if (!isAtTerminal)
        {
            _process.StandardInput.Close();
        }

        _error = _process.StandardError.ReadToEndAsync();
        _ = Task.Run(isAtTerminal ? ReadTerminalAsync : ReadOutputAsync);
    }

    /// <summary>Starts <c>flow run</c> with the script in <paramref name="path"/>.</summary>
    public static FlowProcess StartScript(string path, params IEnumerable<string> arguments) => new(["run", path, .. arguments], environment: null);

    /// <summary>The same, with a history in the test's own folder.</summary>
    public static FlowProcess StartScriptAt(string home, string path) =>
        new(["run", path], new Dictionary<string, string?>(StringComparer.Ordinal) { ["FLOW_HOME"] = home });

    /// <summary>The same, with environment variables.</summary>
    public static FlowProcess StartScript(string path, IReadOnlyDictionary<string, string?> environment) => new(["run", path], environment);

    /// <summary>Starts <c>flow run</c> at a new terminal, with util-linux's <c>script</c>: typed keys go there, and its screen is the output.</summary>
    public static FlowProcess StartScriptAtTerminal(string path, IReadOnlyDictionary<string, string?>? environment = null) =>
        new(["run", path], environment, isAtTerminal: true);

    /// <summary>Whether <see cref="StartScriptAtTerminal"/> works here.</summary>
    public static bool HasTerminal { get; } = OperatingSystem.IsLinux() && File.Exists("/usr/bin/script");

    /// <summary>Types keys at the terminal.</summary>
    public void Type(string keys)
    {
        // The reader of the terminal types too.
        lock (_process)
        {
            _process.StandardInput.Write(keys);
            _process.StandardInput.Flush();
        }
    }

    /// <summary>The same, unless the process has ended meanwhile.</summary>
    private void TryType(string keys)
    {
        try
        {
            Type(keys);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The question was its last output.
        }
    }

    /// <summary>Starts <c>flow</c> with <paramref name="arguments"/>.</summary>
    public static FlowProcess Start(params IEnumerable<string> arguments) => new(arguments, environment: null);

    /// <summary>The same, with environment variables.</summary>
    public static FlowProcess Start(IReadOnlyDictionary<string, string?> environment, params IEnumerable<string> arguments) => new(arguments, environment);

    /// <summary>Runs <c>flow</c> with <paramref name="arguments"/> to its end.</summary>
    public static FlowResult Invoke(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        using FlowProcess process = new(arguments, environment);
        return process.WaitForExit();
    }

    /// <summary>Waits until the process has written these lines to standard output, in any order.</summary>
    public void WaitForLines(params IEnumerable<string> lines)
    {
        HashSet<string> missing = new(lines, StringComparer.Ordinal);
        using CancellationTokenSource limit = new(KillAfter);
        while (missing.Count > 0)
        {
            missing.Remove(_lines.Take(limit.Token));
        }
    }

    /// <summary>Waits until the process has written a text to standard output in this number of lines.</summary>
    public void WaitForText(string text, int times = 1)
    {
        using CancellationTokenSource limit = new(KillAfter);
        while (times > 0)
        {
            if (!_lines.TryTake(out string? line, Timeout.Infinite, limit.Token))
            {
                Assert.Fail($"The process has ended without '{text}'. It wrote: {string.Join('\n', _output)}");
            }

            if (line!.Contains(text, StringComparison.Ordinal))
            {
                times--;
            }
        }
    }

    /// <summary>Waits until the process has written this number of lines to standard output. Returns false if it ends before.</summary>
    public bool TryWaitForCount(int count)
    {
        using CancellationTokenSource limit = new(KillAfter);
        for (int i = 0; i < count; i++)
        {
            if (!_lines.TryTake(out _, Timeout.Infinite, limit.Token))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Kills the process, and returns once it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Send(PosixSignal signal)
    {
        // These numbers are the same on Linux and macOS.
        int number = signal == PosixSignal.SIGINT ? 2 : 15;
        Assert.Equal(0, Kill(_process.Id, number));
    }

    /// <summary>Stops the process, like a suspended machine.</summary>
    public void Halt() => Assert.Equal(0, Kill(_process.Id, OperatingSystem.IsLinux() ? 19 : 17));

    /// <summary>Continues the process.</summary>
    public void GoOn() => Assert.Equal(0, Kill(_process.Id, OperatingSystem.IsLinux() ? 18 : 19));

    public int Id => _process.Id;

    /// <summary>Waits until no process with the id runs.</summary>
    public static void WaitForDeath(int processId) =>
        Assert.True(SpinWait.SpinUntil(() => IsDead(processId), KillAfter), $"Process {processId} lives on.");

    public FlowResult WaitForExit()
    {
        if (!_process.WaitForExit(KillAfter))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail("flow did not end. It wrote: " + string.Join('\n', _output));
        }

        string error = _error.GetAwaiter().GetResult();
        while (!_lines.IsCompleted)
        {
            _lines.TryTake(out _, Timeout.Infinite);
        }

        return new FlowResult(_process.ExitCode, [.. _output], error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _lines.Dispose();
    }

    private static bool IsDead(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // An orphaned process keeps its id until the first process of the machine collects its exit code, and in some containers that never happens.
                string stat = File.ReadAllText($"/proc/{processId}/stat");
                return stat[stat.LastIndexOf(')') + 2] is 'Z' or 'X';
            }

            using Process process = Process.GetProcessById(processId);
            return process.HasExited;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Take(line);
        }

        _lines.CompleteAdding();
    }

    /// <summary>Reads the output of a terminal. The console requests the cursor position, and waits for the answer before it reads a line.</summary>
    private async Task ReadTerminalAsync()
    {
        const string Question = "\u001b[6n";
        const string Answer = "\u001b[1;1R";
        StringBuilder line = new();
        char[] next = new char[1];
        while (await _process.StandardOutput.ReadAsync(next) > 0)
        {
            line.Append(next[0]);
            if (line.ToString().EndsWith(Question, StringComparison.Ordinal))
            {
                line.Length -= Question.Length;
                TryType(Answer);
            }
            else if (next[0] == '\n')
            {
                Take(line.ToString().TrimEnd('\r', '\n'));
                line.Clear();
            }
        }

        Take(line.ToString());
        _lines.CompleteAdding();
    }

    private void Take(string line)
    {
        _output.Add(line);
        _lines.Add(line);
    }
}
