using System.IO.Pipes;
using System.Reflection;
using System.Text.Json;
using HelpExamples.Tests;

/// <summary>
/// Runs in a <c>flow</c> process before its own Main, by DOTNET_STARTUP_HOOKS: it has flow run one script after another, each as if it were the
/// process's only one. Most of the time of a short script is .NET's and PowerShell's start, which so is paid once.
/// </summary>
/// <remarks>The name, the method and that there is no namespace are .NET's. Nothing that flow does not have is used here.</remarks>
#pragma warning disable MA0047 // .NET looks for the type in no namespace.
internal static class StartupHook
#pragma warning restore MA0047
{
    private const int StackSize = 16 * 1024 * 1024;

    public static void Initialize()
    {
        string pipe = Environment.GetEnvironmentVariable(ExampleHost.PipeVariable)!;

        // Not for the processes that scripts start.
        Environment.SetEnvironmentVariable(ExampleHost.PipeVariable, null);
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null);
        Func<string[], int> flow = Assembly.Load("flow").GetType("FlowModule.FlowHost.CommandLine.FlowCommandLine", throwOnError: true)!
            .GetMethod("Invoke", [typeof(string[])])!.CreateDelegate<Func<string[], int>>();
        using var client = new NamedPipeClientStream(".", pipe, PipeDirection.In);
        client.Connect(30_000);
        using var reader = new StreamReader(client);
        var environment = Environment.GetEnvironmentVariables();
        while (reader.ReadLine() is { } line)
        {
            ExampleRequest request = JsonSerializer.Deserialize<ExampleRequest>(line)!;
            Environment.CurrentDirectory = request.Folder;
            Environment.SetEnvironmentVariable("FLOW_HOME", request.Home);
            int exitCode = 0;
            var thread = new Thread(() => exitCode = flow(["run", request.Script]), StackSize);
            thread.Start();
            thread.Join();
            foreach (string name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Concat(environment.Keys.Cast<string>()).ToHashSet())
            {
                Environment.SetEnvironmentVariable(name, (string?)environment[name]);
            }

            byte[] end = System.Text.Encoding.UTF8.GetBytes(ExampleHost.End(exitCode));
            foreach (Stream stream in new[] { Console.OpenStandardOutput(), Console.OpenStandardError() })
            {
                stream.Write(end);
                stream.Flush();
            }
        }

        Environment.Exit(0);
    }
}
