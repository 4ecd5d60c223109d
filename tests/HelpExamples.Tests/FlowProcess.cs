using System.Diagnostics;
using System.Text;

namespace HelpExamples.Tests;

/// <summary>Runs scripts with the real flow program.</summary>
internal static class FlowProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    internal static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, string script, params string[] arguments)
    {
        // Each script has its own history, because it shows its own runs.
        string home = Directory.CreateTempSubdirectory("flow-example-home-").FullName;
        ProcessStartInfo start = StartInfo(folder, ["run", script, .. arguments]);
        start.Environment["FLOW_HOME"] = home;
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

    /// <summary>A flow process whose streams are all pipes.</summary>
    internal static ProcessStartInfo StartInfo(string folder, IEnumerable<string> arguments) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Repository.FlowPath, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };

    private static string Plain(string text) => text.Replace("\r", "", StringComparison.Ordinal);
}
