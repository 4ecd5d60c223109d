using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Vaults that are asked for a secret, in a process that has a module for them.</summary>
public sealed class SecretVaultTests
{
    private const string Module = "Microsoft.PowerShell.SecretManagement";

    /// <summary>The limit may pass while the session opens, when there is nothing to stop yet.</summary>
    [Fact]
    public void A_vault_is_stopped_also_if_the_limit_passes_before_it_is_asked()
    {
        using var folder = new ScriptFolder();
        Directory.CreateDirectory(folder.PathOf($"modules/{Module}"));
        folder.Add("function Get-Secret([string] $Name) { while ($true) { [Threading.Thread]::Sleep(50) } }", $"modules/{Module}/{Module}.psm1");

        FlowResult result = FlowProcess.Invoke(
            ["run", folder.Add("""
                $type = [FlowModule.Flow].Assembly.GetType('FlowModule.Secrets.SecretVault')
                $read = $type.GetMethod('Read', [Reflection.BindingFlags] 'Static, NonPublic')
                try {
                    $read.Invoke($null, @('db', $null, [Threading.CancellationToken]::new($true)))
                }
                catch {
                    for ($exception = $_.Exception; $exception.GetType().Name -ne 'HistoryException'; $exception = $exception.InnerException) { }
                    $exception.Message
                }
                """)],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["PSModulePath"] = folder.PathOf("modules"), ["FLOW_HOME"] = folder.PathOf("home") });

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.StartsWith("The secret 'db' cannot be read: ", result.Output, StringComparison.Ordinal);
    }
}
