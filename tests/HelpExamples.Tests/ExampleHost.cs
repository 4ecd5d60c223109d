using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;
using System.Text.Json;

namespace HelpExamples.Tests;

/// <summary>A <c>flow</c> process that runs examples one after another (see <see cref="StartupHook"/>).</summary>
public sealed class ExampleHost : IDisposable
{
    internal const string PipeVariable = "FLOW_EXAMPLES_PIPE";

    private const char Mark = '\u001e';
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("flow-examples-");
    private NamedPipeServerStream? _pipe;
    private StreamWriter? _requests;
    private Process? _process;

    /// <summary>Written by the process to both of its streams when a script has ended.</summary>
    internal static string End(int exitCode) => string.Create(CultureInfo.InvariantCulture, $"{Mark}{exitCode}{Mark}");

    /// <summary>Runs a script in a folder, with a history of its own unless it is given one.</summary>
    internal async Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, string script, string? home = null)
    {
        if (_process is not { HasExited: false })
        {
            await StartAsync();
        }

        // Deleted with the process, which may have it open until then.
        home ??= _work.CreateSubdirectory(Guid.NewGuid().ToString()).FullName;
        Task<(int ExitCode, string Text)> output = ReadAsync(_process!.StandardOutput);
        Task<(int ExitCode, string Text)> errors = ReadAsync(_process.StandardError);
        await _requests!.WriteLineAsync(JsonSerializer.Serialize(new ExampleRequest(folder, script, home)));
        try
        {
            await Task.WhenAll(output, errors).WaitAsync(Limit);
        }
        catch (TimeoutException exception)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} did not end within {Limit}.", exception);
        }

        return ((await output).ExitCode, (await output).Text, (await errors).Text);
    }

    public void Dispose()
    {
        _requests?.Dispose();
        _pipe?.Dispose();
        if (_process is not null)
        {
            if (!_process.WaitForExit(Limit))
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.Dispose();
        }

        _work.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        string name = OperatingSystem.IsWindows() ? _work.Name : Path.Combine(_work.FullName, Guid.NewGuid().ToString("N")[..8]);
        _pipe = new NamedPipeServerStream(name, PipeDirection.Out, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        ProcessStartInfo start = FlowProcess.StartInfo(_work.FullName, []);
        start.Environment[PipeVariable] = name;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(ExampleHost).Assembly.Location;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        await _pipe.WaitForConnectionAsync().WaitAsync(Limit);
        _requests = new StreamWriter(_pipe) { AutoFlush = true };
    }

    /// <summary>Reads until a script's end. If the process ends before, its example has killed it.</summary>
    private static async Task<(int ExitCode, string Text)> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        char[] buffer = new char[4096];
        while (true)
        {
            int count = await reader.ReadAsync(buffer);
            if (count == 0)
            {
                return (-1, text + "(The process has ended.)");
            }

            text.Append(buffer, 0, count);
            if (text[^1] == Mark && text.ToString().Split(Mark) is [var written, var exitCode, ""])
            {
                return (int.Parse(exitCode, CultureInfo.InvariantCulture), written.Replace("\r", "", StringComparison.Ordinal));
            }
        }
    }
}

internal sealed record ExampleRequest(string Folder, string Script, string Home);
