using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FlowModule.Dashboard;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary>
/// What <c>flow ui</c> does. The dashboard needs ASP.NET Core, and a script that is started must not have to wait for it, nor to have it installed: so flow
/// is started again, by the same .NET, with a list of frameworks that has it. A self-contained flow brings it.
/// </summary>
internal static class DashboardProcess
{
    private const string Framework = "Microsoft.AspNetCore.App";
    private const string ConfigName = "flow.ui.runtimeconfig.json";

    /// <summary>Serves the dashboard until it is told to end, and returns the exit code.</summary>
    /// <param name="options">What the command line says, given how flow is started.</param>
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

    // Not inlined: what follows names types that may not be there.
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

    /// <summary>The dotnet that has started this process, or whose runtime this is.</summary>
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

        // The other one ends when this pipe does: in order after Ctrl+C and SIGTERM, and when this process is killed.
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

    /// <summary>Ends when the process that has started this one does; never for one that a person has started.</summary>
    private static CancellationToken ParentEnd()
    {
        if (Environment.GetEnvironmentVariable(ParentVariable) is null)
        {
            return CancellationToken.None;
        }

        // What this process starts is not to take itself for a dashboard's.
        Environment.SetEnvironmentVariable(ParentVariable, null);
        var end = new CancellationTokenSource();
        new Thread(() =>
        {
            while (Console.OpenStandardInput().ReadByte() >= 0)
            {
                // Nothing is said there: only its end counts.
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
