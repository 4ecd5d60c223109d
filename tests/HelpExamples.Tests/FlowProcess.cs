using System.Diagnostics;
using System.Text;

namespace HelpExamples.Tests;

/// <summary>Runs scripts by the real flow program.</summary>
internal static class FlowProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    internal static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // A history of its own for each script: an example shows its own runs.
        string home = Directory.CreateTempSubdirectory("flow-example-home-").FullName;
        start.Environment["FLOW_HOME"] = home;
        foreach (string argument in new[] { Repository.FlowPath, "run", script }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} did not end within {Limit}.", exception);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }

        return (process.ExitCode, Plain(await output), Plain(await errors));
    }

    private static string Plain(string text) => text.Replace("\r", "", StringComparison.Ordinal);
}
