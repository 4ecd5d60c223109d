using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Completion;
using FlowModule.Engine.Runs;
using FlowModule.Remoting;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets that can run subflows on other machines.</summary>
public abstract class HostCommand : RunCommand
{
    private RemoteKind[] _kinds = [];

    private protected HostCommand()
    {
    }

    /// <summary>The machines to run on, by SSH: names of the file of hosts, or names as ssh knows them, such as web1 or admin@web1.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowHostCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>The machines to run on, by SSH: the hosts of the file that have all of these tags.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowHostTagCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] HostTag { get; set; } = [];

    /// <summary>The user for SSH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The port for SSH.</summary>
    [Parameter]
    [ValidateRange(HostEntry.LowestPort, HostEntry.HighestPort)]
    public int? Port { get; set; }

    /// <summary>The file of the private key for SSH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>Options of ssh, as New-PSSession takes them: @{ ProxyJump = 'gate' }.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Hashtable? Options { get; set; }

    /// <summary>The program of PowerShell on the machines, if pwsh is not found there.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PowerShellPath { get; set; }

    /// <summary>The machines to run on, by WSMan.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ComputerName { get; set; } = [];

    /// <summary>The account for WSMan.</summary>
    [Parameter]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>Open sessions of the machines to run on. They stay open.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public PSSession[] Session { get; set; } = [];

    /// <summary>How many subflows a machine runs at once.</summary>
    [Parameter]
    [ValidateRange(1, HostEntry.MostAtOnce)]
    public int ThrottlePerHost { get; set; } = 2;

    /// <summary>What becomes of a subflow whose machine is lost while it runs: it begins again on another, or it ends as Crashed.</summary>
    [Parameter]
    public FlowHostLoss OnHostLost { get; set; }

    /// <summary>Whether each subflow runs once on every machine, instead of on one of them.</summary>
    [Parameter]
    public SwitchParameter Each { get; set; }

    /// <summary>How many subflows the machines can run at once; null without machines.</summary>
    private protected int? HostCapacity => _kinds.Length == 0 ? null : _kinds.Sum(kind => kind.Capacity);

    /// <summary>The policies of a subflow: one for each run of it that there is to be.</summary>
    private protected IEnumerable<Func<RunPolicy, RunPolicy>> Adjustments => _kinds.Length == 0
        ? [Adjust]
        : _kinds.Select(kind => new Func<RunPolicy, RunPolicy>(policy => Adjust(policy) with { Isolation = FlowIsolation.Process, WorkerKind = kind.Name }));

    /// <summary>Makes the workers of the named machines known to the session. Nothing is connected before a subflow needs it.</summary>
    /// <exception cref="FlowException">The parameters contradict each other, no host has the tags, or the file of hosts cannot be used.</exception>
    private protected bool UseHosts()
    {
        HostSettings given = Given;
        RemoteHost[] hosts =
        [
            .. HasSsh ? HostFile.Default.Choose(HostName, HostTag).Select(host => RemoteHost.Of(host, given)) : [],
            .. ComputerName.Select(name => new RemoteHost(name) { ComputerName = name, Credential = Credential }),
            .. Session.Select(session => new RemoteHost(session.ComputerName ?? session.Name) { Session = session }),
        ];
        RequireHosts(hosts);
        bool movesOn = OnHostLost == FlowHostLoss.Retry;
        RemoteHost[][] sets = hosts.Length == 0 ? [] : Each ? [.. hosts.Select(host => new[] { host })] : [hosts];
        _kinds = [.. sets.Select(set => (RemoteKind)Context.Pools.Ensure(new RemoteKind(set, ThrottlePerHost, movesOn)))];
        foreach (RemoteKind kind in _kinds)
        {
            kind.BeginCall();
        }

        return true;
    }

    /// <summary>Nothing of the call runs any more. May be called again.</summary>
    private protected void EndHosts()
    {
        foreach (RemoteKind kind in Interlocked.Exchange(ref _kinds, []))
        {
            kind.EndCall(Context.Pools.Of(kind.Name));
        }
    }

    private bool HasSsh => HostName.Length > 0 || HostTag.Length > 0;

    /// <summary>What the call says of each host.</summary>
    private HostSettings Given => new()
    {
        UserName = UserName,
        Port = Port,
        KeyFilePath = KeyFilePath is null ? null : GetUnresolvedProviderPathFromPSPath(KeyFilePath),
        PowerShellPath = PowerShellPath,
        ThrottlePerHost = MyInvocation.BoundParameters.ContainsKey(nameof(ThrottlePerHost)) ? ThrottlePerHost : null,
        Options = HostSettings.OptionsOf(Options),
    };

    private void RequireHosts(RemoteHost[] hosts)
    {
        string[] dependent = [nameof(UserName), nameof(Port), nameof(KeyFilePath), nameof(PowerShellPath), nameof(Options)];
        Require(HasSsh, dependent, "-HostName or -HostTag");
        Require(ComputerName.Length > 0, [nameof(Credential)], "-ComputerName");
        Require(hosts.Length > 0, [nameof(ThrottlePerHost), nameof(OnHostLost), nameof(Each)], "-HostName, -HostTag, -ComputerName or -Session");
        if (hosts.Length > 0 && MyInvocation.BoundParameters.ContainsKey(nameof(Isolation)))
        {
            throw FlowException.InvalidParameter("-Isolation says where subflows run on this machine, and cannot be used with other machines.", "FlowHostParameters", Isolation);
        }
    }

    private void Require(bool has, string[] parameters, string needed)
    {
        if (!has && parameters.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } parameter)
        {
            throw FlowException.InvalidParameter($"-{parameter} needs {needed}.", "FlowHostParameters", parameter);
        }
    }
}
