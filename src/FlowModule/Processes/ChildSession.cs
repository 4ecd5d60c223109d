using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Closures;
using FlowModule.Engine.History;
using FlowModule.Engine.Processes;
using FlowModule.Engine.Runs;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// A peer, and what has been sent to it: the session, the flows, the environment, the last work. Unchanged data is not sent again. Used on
/// the worker's thread, except <see cref="Stop"/>.
/// </summary>
internal sealed class ChildSession
{
    /// <summary>How many flows with closures a child keeps.</summary>
    private const int KeptWorks = 8;

    private readonly WorkerOrigin _origin;
    private readonly CliXml _cliXml;
    private readonly FrameBuilder _frame = new();
    private readonly ValueWriter _values;
    private readonly List<string> _works = [];
    private readonly HistoryRelay _relay;
    private Dictionary<string, string> _environment;
    private int _flowsVersion = -1;
    private bool _isReady;
    private volatile bool _isFollowed;
    private volatile FlowRun? _run;

    private ChildSession(IPeer peer, WorkerOrigin origin, CliXml cliXml, Dictionary<string, string> environment)
    {
        Peer = peer;
        _origin = origin;
        _cliXml = cliXml;
        _values = new ValueWriter(cliXml);
        _environment = environment;
        _relay = new HistoryRelay(peer.Channel, Stop);
    }

    internal IPeer Peer { get; }

    /// <summary>Whether the peer executes a run already that this process has still to follow, after something that it waits for. May be read on any thread.</summary>
    internal bool IsAwaited => Peer.IsUnderWay && !_isFollowed && _run is { IsOver: false };

    /// <summary>Whether it is known that the peer takes no other run.</summary>
    internal bool HasEnded => Peer is { IsUnderWay: false, HasEnded: true };

    /// <summary>Starts a peer. Null if it is not needed any more.</summary>
    /// <param name="connect">Starts it, or returns null.</param>
    /// <param name="origin">The session whose runs it executes.</param>
    /// <param name="cliXml">Writes values that have no codec.</param>
    internal static ChildSession? TryStart(Func<IPeer?> connect, WorkerOrigin origin, CliXml cliXml)
    {
        Dictionary<string, string> environment = ChildEnvironment.Now();
        if (connect() is not { } peer)
        {
            return null;
        }

        var session = new ChildSession(peer, origin, cliXml, environment);
        if (!peer.IsUnderWay)
        {
            session.SendSession();
        }

        return session;
    }

    /// <summary>Sends the child what all runs of this work need, and waits until it can execute one. False if the child is gone.</summary>
    internal bool TryPrepare(FlowRun run)
    {
        if (Peer.IsUnderWay)
        {
            _run = run;
            return !_isFollowed;
        }

        if (!TrySendEnvironment() || !TrySendFlows() || !TrySendWork(EncodedWork.Of((SubflowWork)run.HostData!, _cliXml)))
        {
            return false;
        }

        return _isReady = _isReady || (Peer.Channel.TryRead(out FrameKind kind, out _) && kind == FrameKind.Ready);
    }

    /// <summary>Makes the child execute a run for which it is prepared. False if the child is gone.</summary>
    internal bool TrySend(FlowRun run)
    {
        if (Peer.IsUnderWay)
        {
            return _isFollowed = true;
        }

        try
        {
            RunMessage.Write(_frame.Data, run, EncodedWork.Of((SubflowWork)run.HostData!, _cliXml).Key, _values, RelayOf(run.Recording?.History));
        }
        catch
        {
            _frame.Begin();
            throw;
        }

        Peer.Sending(run);
        return _frame.TrySend(Peer.Channel, FrameKind.Run);
    }

    /// <summary>Writes what the child tells of the runs inside its run.</summary>
    internal void Record(BinaryReader data) => _relay.Receive(data);

    /// <summary>Tells the child to stop a run. May be called on any thread; waits only for the pipe.</summary>
    internal void Stop(Guid run, StopRequest request)
    {
        var frame = new FrameBuilder();
        frame.Data.Write(run.ToByteArray());
        frame.Data.Write((byte)request.Kind);
        frame.Data.Write(request.Message);
        frame.TrySend(Peer.Channel, FrameKind.Stop);
    }

    /// <summary>The child is given up. What it executes goes on nowhere.</summary>
    /// <param name="reason">Why, for the runs inside its run; null if it executes none.</param>
    internal void End(string? reason)
    {
        _relay.Lose(reason ?? (Peer.HostName is { } host ? $"The worker on host '{host}' has ended." : "The worker process has ended."));
        Peer.Dispose();
    }

    /// <summary>A child that cannot open a history sends what is to be recorded; so does one of this machine, if this machine cannot open it.</summary>
    private int? RelayOf(RunHistory? history) => history is not null && (!Peer.OpensHistories || history.IsElsewhere) ? _relay.NumberOf(history) : null;

    private void SendSession()
    {
        BinaryWriter data = _frame.Data;
        data.Write(Peer.Mark);
        data.Write(CultureInfo.CurrentCulture.Name);
        data.Write(CultureInfo.CurrentUICulture.Name);
        data.Write((int)_origin.InitialState.LanguageMode);
        data.Write7BitEncodedInt(_origin.InitialState.Commands.Count);
        foreach (SessionStateCommandEntry command in _origin.InitialState.Commands)
        {
            data.Write((int)command.CommandType);
            data.Write(command.Name);
            data.Write(command.Visibility == SessionStateEntryVisibility.Public);
        }

        _frame.TrySend(Peer.Channel, FrameKind.Session);
    }

    private bool TrySendEnvironment()
    {
        if (Peer.HostName is not null)
        {
            // Another machine has variables of its own.
            return true;
        }

        Dictionary<string, string> now = ChildEnvironment.Now();
        if (!ChildEnvironment.TryWrite(_frame.Data, _environment, now))
        {
            _frame.Begin();
            return true;
        }

        _environment = now;
        return _frame.TrySend(Peer.Channel, FrameKind.Environment);
    }

    private bool TrySendFlows()
    {
        int version = _origin.Flows.Version;
        if (version == _flowsVersion)
        {
            return true;
        }

        Flow[] flows = [.. _origin.Flows.All()];
        _flowsVersion = version;
        _values.Reset();
        _frame.Data.Write7BitEncodedInt(flows.Length);
        foreach (Flow flow in flows)
        {
            FlowCodec.Write(_frame.Data, flow, _values);
        }

        return _frame.TrySend(Peer.Channel, FrameKind.Flows);
    }

    private bool TrySendWork(EncodedWork work)
    {
        if (_works.Remove(work.Key))
        {
            _works.Add(work.Key);
            return true;
        }

        if (_works.Count == KeptWorks)
        {
            _frame.Data.Write(_works[0]);
            _works.RemoveAt(0);
            if (!_frame.TrySend(Peer.Channel, FrameKind.Drop))
            {
                return false;
            }
        }

        _works.Add(work.Key);
        _frame.Data.Write(work.Key);
        _frame.Data.Write(work.Payload);
        return _frame.TrySend(Peer.Channel, FrameKind.Work);
    }
}
