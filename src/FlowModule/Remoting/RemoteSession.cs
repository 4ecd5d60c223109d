using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Wire;

namespace FlowModule.Remoting;

/// <summary>An open session of PowerShell remoting: one that was opened for a worker, or the user's.</summary>
internal sealed class RemoteSession
{
    private readonly PowerShell? _opener;

    private RemoteSession(PSSession session, string name, PowerShell? opener)
    {
        Runspace = session.Runspace;
        Name = name;
        Version = VersionOf(session);
        _opener = opener;
    }

    internal Runspace Runspace { get; }

    /// <summary>The machine's name, as the user wrote it.</summary>
    internal string Name { get; }

    /// <summary>The version of PowerShell there; null if it does not say.</summary>
    internal Version? Version { get; }

    /// <exception cref="WorkerStartException">It cannot be opened.</exception>
    internal static RemoteSession Open(RemoteHost host)
    {
        if (host.Session is { } given)
        {
            return given.Runspace.RunspaceStateInfo.State == RunspaceState.Opened
                ? new RemoteSession(given, host.Name, opener: null)
                : throw new WorkerStartException($"The session to host '{host.Name}' is {given.Runspace.RunspaceStateInfo.State}, not open.");
        }

        // New-PSSession is part of the engine. The session lives as long as the runspace that opened it.
        var opener = PowerShell.Create(InitialSessionState.CreateDefault2());
        try
        {
            opener.AddCommand("New-PSSession").AddParameter("ErrorAction", ActionPreference.Stop);
            Add(opener, "ComputerName", host.ComputerName);
            Add(opener, "Credential", host.Credential);
            return new RemoteSession(opener.Invoke<PSSession>()[0], host.Name, opener);
        }
        catch (Exception exception)
        {
            opener.Dispose();
            throw new WorkerStartException($"Host '{host.Name}' cannot be reached: {exception.Message.ReplaceLineEndings(" ").Trim()}", exception);
        }
    }

    /// <summary>
    /// Closes a session that was opened here; the user's stays open. Waits for nothing: the other machine may be stuck.
    /// </summary>
    internal void Close()
    {
        if (_opener is { } opener)
        {
            ThreadPool.QueueUserWorkItem(_ => Close(opener));
        }
    }

    private void Close(PowerShell opener)
    {
        try
        {
            Runspace.Dispose();
            opener.Dispose();
        }
        catch (Exception exception) when (exception is InvalidOperationException or RuntimeException)
        {
            // It has ended by itself.
        }
    }

    private static void Add(PowerShell command, string name, object? value)
    {
        if (value is not null)
        {
            command.AddParameter(name, value);
        }
    }

    private static Version? VersionOf(PSSession session) =>
        session.ApplicationPrivateData?["PSVersionTable"] is PSPrimitiveDictionary table && table["PSVersion"] is { } version
        && Version.TryParse(Convert.ToString(version, CultureInfo.InvariantCulture)?.Split('-')[0], out Version? parsed)
            ? parsed
            : null;
}
