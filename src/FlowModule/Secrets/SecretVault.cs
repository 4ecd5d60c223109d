using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Security;
using FlowModule.Engine.Storage;

namespace FlowModule.Secrets;

/// <summary>
/// Reads secrets from the vaults that the user has registered with SecretManagement, if that is installed. This has a session of its own: histories are opened on
/// threads that have none, and in processes in which nobody has imported that module.
/// </summary>
internal static class SecretVault
{
    private const string Module = "Microsoft.PowerShell.SecretManagement";

    /// <summary>Returns a secret that is a text, or the password of a credential.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="vault">Its vault; null for wherever it is.</param>
    /// <param name="end">Stops a vault that does not answer.</param>
    /// <exception cref="HistoryException">It cannot be read.</exception>
    internal static string Read(string name, string? vault, CancellationToken end)
    {
        using Runspace session = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        session.Open();
        using var shell = PowerShell.Create();
        shell.Runspace = session;
        try
        {
            shell.AddCommand("Import-Module").AddParameter("Name", Module).AddParameter("ErrorAction", ActionPreference.Stop);
            Invoke(shell, end);
        }
        catch (RuntimeException exception)
        {
            throw Unreadable(name, vault, $"{Reason(exception)} (Install-PSResource {Module} installs that module.)", exception);
        }

        shell.Commands.Clear();
        shell.AddCommand($@"{Module}\Get-Secret").AddParameter("Name", name).AddParameter("ErrorAction", ActionPreference.Stop);
        if (vault is not null)
        {
            shell.AddParameter("Vault", vault);
        }

        try
        {
            return Invoke(shell, end) switch
            {
                [{ BaseObject: string text }] => text,
                [{ BaseObject: SecureString text }] => new NetworkCredential(string.Empty, text).Password,
                [{ BaseObject: PSCredential credential }] => credential.GetNetworkCredential().Password,
                [] or [null] => throw Unreadable(name, vault, "Get-Secret returns nothing.", inner: null),
                _ => throw Unreadable(name, vault, "it is neither a text nor a credential.", inner: null),
            };
        }
        catch (RuntimeException exception)
        {
            throw Unreadable(name, vault, Reason(exception), exception);
        }
    }

    /// <summary>Executes a command that the token stops, also if it was cancelled before.</summary>
    private static PSDataCollection<PSObject> Invoke(PowerShell shell, CancellationToken end)
    {
        // Only what has begun can be stopped. The stop is not waited for: what does not answer may not stop either.
        IAsyncResult begun = shell.BeginInvoke();
        using CancellationTokenRegistration ending = end.Register(() => shell.BeginStop(callback: null, state: null));
        return shell.EndInvoke(begun);
    }

    /// <summary>What the command itself says, without that an error ends it.</summary>
    private static string Reason(RuntimeException exception) => exception.ErrorRecord.Exception.Message;

    private static HistoryException Unreadable(string name, string? vault, string why, Exception? inner) =>
        StoreSecrets.Unreadable(vault is null ? name : $"{vault}/{name}", why, inner);
}
