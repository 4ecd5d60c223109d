using FlowModule.FlowHost.CommandLine;
using FlowModule.FlowHost.Running;

// Scripts nest deeper than the 8 MB (1 MB on Windows) of a main thread allow; PowerShell itself expects a large stack.
const int StackSize = 16 * 1024 * 1024;

int exitCode = 0;
Thread thread = new(
    () =>
    {
        Action endTelemetry = TelemetryExport.Start();
        exitCode = FlowCommandLine.Invoke(args);
        endTelemetry();
    },
    StackSize) { Name = "flow" };
thread.Start();
thread.Join();

// Not a return, because a foreground thread that a script left behind must not keep the process alive.
Environment.Exit(exitCode);
