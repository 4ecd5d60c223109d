using System.Diagnostics;
using System.Reflection;

namespace FlowModule.Dashboard.Tests.Support;

/// <summary>Starts the real <c>flow</c>.</summary>
internal static class FlowProgram
{
    // Only for a process that hangs: no test waits for it otherwise.
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string Dll = typeof(FlowProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "FlowDll").Value!;

    internal static Process Start(string home, params IEnumerable<string> arguments) => StartWith("dotnet", home, arguments);

    private static Process StartWith(string dotnet, string home, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(dotnet, [Dll, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FLOW_HOME"] = home;
        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    internal static (int ExitCode, string Output) Run(string home, params IEnumerable<string> arguments) => RunWith("dotnet", home, arguments);

    /// <summary>Runs it to its end with another dotnet.</summary>
    internal static (int ExitCode, string Output) RunWith(string dotnet, string home, params IEnumerable<string> arguments)
    {
        using Process process = StartWith(dotnet, home, arguments);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("flow did not end.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }

    /// <summary>Runs a script that is to be run whatever becomes of its flows.</summary>
    internal static string RunScript(string home, string script)
    {
        string path = Path.Combine(home, $"{Guid.NewGuid():N}.ps1");
        File.WriteAllText(path, script);
        return Run(home, "run", path).Output;
    }
}
