using System.Diagnostics;
using System.IO.Pipes;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pester.Tests;

/// <summary>A pwsh that finds or runs tests with one version of Pester.</summary>
/// <remarks>Two versions cannot be loaded into one process. A problem with the process itself is reported as a failed test.</remarks>
internal sealed class PesterProcess(PesterModule module)
{
    // Only for a test that hangs; nothing waits for this limit otherwise.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(5);

    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    private readonly Lock _outputLock = new();
    private readonly Queue<string> _output = new();
    private string? _currentFile;
    private string? _lastTest;

    /// <summary>Runs to the end, and passes on each message as it comes.</summary>
    internal async Task RunAsync(IReadOnlyList<RequestedFile> files, bool discoverOnly, Action<PesterMessage> report, CancellationToken cancellationToken)
    {
        DirectoryInfo work = Directory.CreateTempSubdirectory("pester-");
        try
        {
            // On systems on which pipes are sockets in a folder, a path is a valid pipe name.
            string pipe = OperatingSystem.IsWindows() ? work.Name : Path.Combine(work.FullName, "results");
            string request = Path.Combine(work.FullName, "request.json");
            await File.WriteAllTextAsync(request, JsonSerializer.Serialize(new PesterRequest(module.Path, pipe, discoverOnly, files)), cancellationToken);
            await using NamedPipeServerStream server = new(pipe, PipeDirection.In, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
            using Process process = Start(request, work.FullName);
            try
            {
                string? trouble = await FollowAsync(process, server, report, cancellationToken);
                if (trouble is not null)
                {
                    report(PesterMessage.Failure(_currentFile, "(pwsh)", trouble + Environment.NewLine + Output()));
                }
            }
            finally
            {
                process.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private Process Start(string request, string folder)
    {
        ProcessStartInfo start = new(Settings.DotNet, [Settings.PwshDll, "-NoLogo", "-NoProfile", "-NonInteractive", "-File", Settings.Script, request])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FLOW_HOME"] = Path.Combine(folder, "home");
        start.Environment["FLOW_DLL"] = Settings.FlowDll;

        // As in the test hosts: for processes of a few seconds, profiling costs more than it gains.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";

        // Views are tested with colours.
        start.Environment.Remove("NO_COLOR");

        Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Reads until the end. Returns the problem with the process, if there was one.</summary>
    private async Task<string?> FollowAsync(Process process, NamedPipeServerStream server, Action<PesterMessage> report, CancellationToken cancellationToken)
    {
        Task ended = process.WaitForExitAsync(cancellationToken);
        if (await Task.WhenAny(server.WaitForConnectionAsync(cancellationToken), ended) == ended)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return $"pwsh has ended with {process.ExitCode} before any test ran.";
        }

        bool isComplete = false;
        using StreamReader reader = new(server);
        try
        {
            while (await reader.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Silence, cancellationToken) is { } line)
            {
                PesterMessage message = JsonSerializer.Deserialize<PesterMessage>(line, Json)!;
                switch (message.Kind)
                {
                    case MessageKind.File:
                        _currentFile = message.File;
                        break;
                    case MessageKind.Test:
                        _lastTest = message.Name;
                        report(message);
                        break;
                    default:
                        isComplete = true;
                        break;
                }
            }

            await ended.WaitAsync(EndLimit, cancellationToken);
        }
        catch (TimeoutException)
        {
            return isComplete ? $"pwsh is still there {EndLimit.TotalSeconds} s after the last test." : $"No test has ended for {Silence.TotalMinutes} min, since '{_lastTest}' has.";
        }

        return isComplete && process.ExitCode == 0 ? null : $"pwsh has ended with {process.ExitCode}{(isComplete ? string.Empty : " while this file ran; those after it did not run")}.";
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_outputLock)
        {
            _output.Enqueue(line);
            if (_output.Count > 100)
            {
                _output.Dequeue();
            }
        }
    }

    private string Output()
    {
        lock (_outputLock)
        {
            return _output.Count == 0 ? "It wrote nothing." : "It wrote last:" + Environment.NewLine + string.Join(Environment.NewLine, _output);
        }
    }
}
