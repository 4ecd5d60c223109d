using System.Diagnostics;
using FlowModule.Dashboard.Tests.Support;

namespace Browser.Tests.Dashboards;

/// <summary>A script that runs in a process of its own until the test has ended.</summary>
internal sealed class RunningFlow : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;

    internal RunningFlow(TestFolder folder, string script)
    {
        _process = FlowProgram.Start(folder.Path, "command", script);
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    internal int Id => _process.Id;

    /// <summary>Code that waits until the test opens a gate.</summary>
    internal static string Until(TestFolder folder, string gate) => $"while (-not (Test-Path '{GateOf(folder, gate)}')) {{ Start-Sleep -Milliseconds 50 }}";

    internal static void Open(TestFolder folder, string gate) => File.WriteAllText(GateOf(folder, gate), string.Empty);

    internal void WaitForEnd() => Assert.True(_process.WaitForExit(FlowProgram.Patience), "The script did not end.");

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _output.Wait(FlowProgram.Patience);
        _process.Dispose();
    }

    private static string GateOf(TestFolder folder, string gate) => Path.Combine(folder.Path, $"gate-{gate}");
}
