using System.Text.Json;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>The execution policy on Windows, which PowerShell reads from a file beside itself. Its effect is tested under Wine (tests/windows).</summary>
public sealed class ExecutionPolicyTests
{
    [Fact]
    public void The_engine_for_Windows_finds_the_policy_that_it_has_in_pwsh()
    {
        string engines = Path.Combine(Path.GetDirectoryName(FlowProcess.FlowDll)!, "runtimes", "win");
        string engine = Assert.Single(Directory.GetFiles(engines, "System.Management.Automation.dll", SearchOption.AllDirectories));

        JsonElement settings = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(engine)!, "powershell.config.json"))).RootElement;

        Assert.Equal("RemoteSigned", settings.GetProperty("Microsoft.PowerShell:ExecutionPolicy").GetString());
    }
}
