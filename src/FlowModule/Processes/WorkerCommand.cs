using System.Diagnostics;
using System.Reflection;

namespace FlowModule.Processes;

/// <summary>How to start another process like this one: the script host with a special command, or PowerShell with the module imported.</summary>
internal sealed class WorkerCommand
{
    /// <summary>The environment variable with the program to start if this one is unsuitable: the path of <c>flow</c>, <c>flow.dll</c> or <c>pwsh</c>.</summary>
    internal const string Variable = "FLOWMODULE_PROCESS_HOST";

    /// <summary>Executes subflows.</summary>
    internal static readonly ProcessTask Worker = new("worker", "[FlowModule.FlowWorkerProcess]::Serve({0}, [runspace]::DefaultRunspace.InitialSessionState)");

    /// <summary>Runs a scheduled script.</summary>
    internal static readonly ProcessTask Instance = new("instance", "exit [FlowModule.FlowScheduledProcess]::Run({0}, $Host)");

    private const string FlowName = "flow";
    private const string PwshName = "pwsh";

    private readonly string _program;
    private readonly string? _assembly;
    private readonly bool _isPwsh;

    private WorkerCommand(string program, string? assembly, bool isPwsh)
    {
        _program = program;
        _assembly = assembly;
        _isPwsh = isPwsh;
    }

    /// <exception cref="FlowException">There is none.</exception>
    internal static WorkerCommand Find() =>
        FromPath(Environment.GetEnvironmentVariable(Variable)) ?? FromThisProcess() ?? FromHome() ?? throw FlowException.ProcessHostNotFound(Variable);

    /// <summary>The start information for a process that connects to a pipe.</summary>
    internal ProcessStartInfo StartInfo(ProcessTask task, string pipe)
    {
        var start = new ProcessStartInfo(_program);
        string call = string.Format(System.Globalization.CultureInfo.InvariantCulture, task.Call, Quote(pipe));
        foreach (string argument in Arguments([task.Command, pipe], $"{Import}; {call}"))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>The program and its arguments for a scheduler that starts a scheduled flow.</summary>
    /// <param name="name">The name of the registration.</param>
    /// <param name="historyPath">The file of the registration's history.</param>
    /// <remarks>An exception comes before any run: it is invalid input, for which PowerShell itself would exit with 1, like a failed run.</remarks>
    internal (string Program, IReadOnlyList<string> Arguments) Scheduled(string name, string historyPath) => (_program, [.. Arguments(
        ["scheduled", name, "--history-path", historyPath],
        $"try {{ {Import}; exit (Invoke-FlowSchedule -Name {Quote(name)} -Due -HistoryPath {Quote(historyPath)})[-1].ExitCode }} catch {{ [Console]::Error.WriteLine($_); exit 2 }}")]);

    private static string Import => $"Import-Module -Name {Quote(Module)}";

    private IEnumerable<string> Arguments(string[] ofFlow, string ofPwsh)
    {
        string[] arguments = _isPwsh
            ? ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", ofPwsh]
            : ofFlow;
        return _assembly is null ? arguments : arguments.Prepend(_assembly);
    }

    private static WorkerCommand? FromPath(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        bool isPwsh = Path.GetFileNameWithoutExtension(path).Equals(PwshName, StringComparison.OrdinalIgnoreCase);
        return path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? new WorkerCommand(DotNet, path, isPwsh) : new WorkerCommand(path, assembly: null, isPwsh);
    }

    private static WorkerCommand? FromThisProcess()
    {
        string? name = Assembly.GetEntryAssembly()?.GetName().Name;
        if (name is not (FlowName or PwshName) || Environment.ProcessPath is not { } program)
        {
            return null;
        }

        // If it was started as "dotnet flow.dll", the program is dotnet.
        bool isItself = Path.GetFileNameWithoutExtension(program).Equals(name, StringComparison.OrdinalIgnoreCase);
        return new WorkerCommand(program, isItself ? null : Path.Combine(AppContext.BaseDirectory, name + ".dll"), name == PwshName);
    }

    /// <summary>Another program that hosts PowerShell may have a complete PowerShell beside the engine.</summary>
    private static WorkerCommand? FromHome()
    {
        string? home = Path.GetDirectoryName(typeof(System.Management.Automation.PSObject).Assembly.Location);
        string program = Path.Combine(home ?? string.Empty, OperatingSystem.IsWindows() ? PwshName + ".exe" : PwshName);
        return !string.IsNullOrEmpty(home) && File.Exists(program) ? new WorkerCommand(program, assembly: null, isPwsh: true) : null;
    }

    private static string DotNet => Environment.ProcessPath is { } program && Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
        ? program
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>The module in the form that Import-Module accepts.</summary>
    internal static string Module
    {
        get
        {
            string assembly = typeof(Flow).Assembly.Location;
            string manifest = Path.GetFullPath(Path.Combine(assembly, "..", "..", "FlowModule.psd1"));
            return File.Exists(manifest) ? manifest : assembly;
        }
    }

    private static string Quote(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}

/// <summary>The purpose of a process.</summary>
/// <param name="Command">The command of <c>flow</c>.</param>
/// <param name="Call">The call in PowerShell, with a placeholder for the pipe.</param>
internal sealed record ProcessTask(string Command, string Call);
