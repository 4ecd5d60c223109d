using System.Diagnostics;
using System.Reflection;

namespace Browser.Tests.Support;

/// <summary>Runs scripts as people do, with a home of their own.</summary>
internal static class Flow
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string Program =
        typeof(Flow).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "FlowPath").Value!;

    /// <summary>Runs a script in a folder to its end.</summary>
    internal static async Task RunAsync(string folder, string script)
    {
        string path = Path.Combine(folder, "script.ps1");
        await File.WriteAllTextAsync(path, script);
        var start = new ProcessStartInfo("dotnet", [Program, "run", path]) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FLOW_HOME"] = folder;
        start.Environment["TZ"] = "Europe/Berlin";
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
    }
}
