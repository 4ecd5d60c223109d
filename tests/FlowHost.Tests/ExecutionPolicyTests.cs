using System.Text.Json;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>The policy of scripts on Windows, which the engine reads from a file beside itself. What it does there is tried under Wine (tests/windows).</summary>
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
