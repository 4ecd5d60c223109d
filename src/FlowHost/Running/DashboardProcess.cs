using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FlowModule.Dashboard;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary>
/// Runs <c>flow ui</c>. The dashboard needs ASP.NET Core, but scripts must neither wait for it nor need its installation. So flow starts itself
/// again, with the same .NET, and a list of frameworks that includes it. A self-contained flow contains it.
/// </summary>
internal static class DashboardProcess
{
    private const string Framework = "Microsoft.AspNetCore.App";
    private const string ConfigName = "flow.ui.runtimeconfig.json";

    /// <summary>Serves the dashboard until it is stopped, and returns the exit code.</summary>
    /// <param name="options">Returns the options of the command line, given the command that starts flow.</param>
    public static int Run(Func<IReadOnlyList<string>, DashboardOptions> options)
    {
        Telemetry.OptOut();
        if (Type.GetType("Microsoft.AspNetCore.Builder.WebApplication, Microsoft.AspNetCore") is not null)
        {
            return Serve(options);
        }

        if (FindDotNet() is not { } dotnet)
        {
            Console.Error.WriteLine($"flow: The dashboard needs the ASP.NET Core runtime, which this flow does not have with it.");
            return ExitCodes.BadInput;
        }

        string frameworks = Path.Combine(Path.GetDirectoryName(dotnet)!, "shared", Framework);
        if (!HasFramework(frameworks))
        {
            Console.Error.WriteLine(
                $"""
                flow: The dashboard needs the ASP.NET Core runtime {Environment.Version.Major}.{Environment.Version.Minor}, which is not in '{frameworks}'. All else of flow works without it.
                Install it from https://aka.ms/dotnet/download, or with the system's packages: 'apt-get install aspnetcore-runtime-{Environment.Version.Major}.{Environment.Version.Minor}', for example.
                """);
            return ExitCodes.BadInput;
        }

        return StartAgain(dotnet);
    }

    // Not inlined, because the method refers to types that may not be installed.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Serve(Func<IReadOnlyList<string>, DashboardOptions> options)
    {
        string[] flow = Environment.ProcessPath is { } program && Path.GetFileNameWithoutExtension(program).Equals("flow", StringComparison.OrdinalIgnoreCase)
            ? [program]
            : [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "flow.dll")];
        try
        {
            DashboardServer.Run(options(flow), Console.Out, ParentEnd()).GetAwaiter().GetResult();
            return ExitCodes.Success;
        }
        catch (DashboardException exception)
        {
            Console.Error.WriteLine("flow: " + exception.Message);
            return ExitCodes.BadInput;
        }
    }

    /// <summary>Returns the dotnet program that started this process, or that belongs to its runtime.</summary>
    private static string? FindDotNet()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string dotnet = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(dotnet) ? dotnet : null;
    }

    private static bool HasFramework(string folder) => Directory.Exists(folder) && Directory.EnumerateDirectories(folder)
        .Any(version => Version.TryParse(Path.GetFileName(version).Split('-')[0], out Version? number) && number.Major == Environment.Version.Major);

    private static int StartAgain(string dotnet)
    {
        var start = new ProcessStartInfo(dotnet) { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add("--runtimeconfig");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, ConfigName));
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "flow.dll"));
        foreach (string argument in Environment.GetCommandLineArgs().Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[ParentVariable] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;

        // The child process ends when this pipe closes: in order after Ctrl+C and SIGTERM, and also if this process is killed.
        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            process.StandardInput.Close();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        process.WaitForExit();
        return process.ExitCode;
    }

    private const string ParentVariable = "FLOW_UI_PARENT";

    /// <summary>A token that fires when the parent process ends; never for a process that a user has started.</summary>
    private static CancellationToken ParentEnd()
    {
        if (Environment.GetEnvironmentVariable(ParentVariable) is null)
        {
            return CancellationToken.None;
        }

        // Child processes of this one must not inherit the variable.
        Environment.SetEnvironmentVariable(ParentVariable, null);
        var end = new CancellationTokenSource();
        new Thread(() =>
        {
            while (Console.OpenStandardInput().ReadByte() >= 0)
            {
                // No data is expected: only the end of the pipe matters.
            }

            end.Cancel();
        })
        {
            IsBackground = true,
            Name = "flow parent",
        }.Start();
        return end.Token;
    }
}
