using System.Collections.Immutable;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>What runs tell of themselves. Within a change.</summary>
internal sealed class MemoryRuns(MemoryStore store)
{
    internal void Write(HistoryBatch batch)
    {
        Require();
        foreach (RunChange change in batch.Latest)
        {
            Enter(change);
        }

        foreach (RunChange change in batch.Changes)
        {
            MemoryRun run = store.Tables.Runs[change.RunId];
            Set(run with { States = run.States.SetItem(change.State.Number, StateOf(change)) });
        }

        foreach (LogRow line in batch.Lines)
        {
            long number = store.NextNumber();
            store.Tables = store.Tables with { Log = store.Tables.Log.Add(number, line) };
        }
    }

    /// <summary>Sees that the process is known that writes.</summary>
    internal void Require()
    {
        if (store.Process == MemoryStore.NoProcess)
        {
            throw new InvalidOperationException("This process is not registered in the history.");
        }

        if (!store.Tables.Processes.ContainsKey(store.Process))
        {
            throw new HistoryException(HistoryFault.Missing, "The history does not know this process any more.");
        }
    }

    internal void Enter(RunChange change)
    {
        if (change.Run.Name is null)
        {
            throw new HistoryException(HistoryFault.Unavailable, "A run has a name.");
        }

        MemoryRun? known = store.Tables.Runs.GetValueOrDefault(change.RunId);
        MemoryRun run = known ?? New(change);
        if (known is null || change.State.Number + 1 >= known.Snapshot.StateCount)
        {
            run = (run with { Process = store.Process }).Enter(StateOf(change), change.State.Number, snapshot => snapshot with
            {
                IsOver = change.IsOver,
                StartTime = snapshot.StartTime ?? change.StartTime,
                Attempt = change.Attempt,
                ErrorCount = change.ErrorCount,
                HostName = change.HostName,
            });
        }

        if (change.Start is { } start)
        {
            run = Begin(run, start, change.IsOver);
        }

        Set(run.Keep(RunValue.Result, change.Result).Keep(RunValue.Error, change.Error).Keep(RunValue.ErrorDetails, change.ErrorDetails));
        if (run.Row.Flow is { ScriptHash: { } hash, ScriptText: { } text })
        {
            store.Tables = store.Tables with { Scripts = store.Tables.Scripts.SetItem(hash, text) };
        }
    }

    private MemoryRun Begin(MemoryRun run, RunStart start, bool isOver)
    {
        if (!ReferenceEquals(run.BegunIn, store))
        {
            run = run.Keep(RunValue.Parameters, start.Parameters).Keep(RunValue.Input, start.Input).Keep(RunValue.Options, start.Options)
                with { BegunIn = store, Hook = start.CrashHook };
            run = start.GoesOn ? run with { Values = run.Values.RemoveRange([RunValue.Result, RunValue.Error, RunValue.ErrorDetails]) } : run;
        }

        return isOver ? run with { Hook = null } : run;
    }

    private static MemoryRun New(RunChange change) => new(
        change.Run, MemoryStore.NoProcess, new RunSnapshot(change.Run, StateOf(change)) { StateCount = 0, IsOver = change.IsOver });

    private static FlowStateRecord StateOf(RunChange change) =>
        new(change.State.Type, change.State.Name, change.State.Message, change.State.Time.ToLocalTime(), change.State.Due?.ToLocalTime());

    private void Set(MemoryRun run) => store.Tables = store.Tables with { Runs = store.Tables.Runs.SetItem(run.Row.Id, run) };
}

/// <summary>Goes on with runs of earlier processes.</summary>
internal sealed class MemoryResumes(MemoryStore store) : IResumeStore
{
    public bool TryTake(RunSnapshot run, FlowStateRecord next) => store.Change(() =>
    {
        if (store.Tables.Runs.GetValueOrDefault(run.Run.Id) is not { } known
            || known.Snapshot.StateCount != run.StateCount || known.Snapshot.State.Type != run.State.Type)
        {
            return false;
        }

        MemoryRun taken = (known with { Process = store.Process }).Enter(next, run.StateCount, snapshot => snapshot with { IsOver = false });
        ImmutableDictionary<Guid, MemoryRun> runs = store.Tables.Runs.SetItem(run.Run.Id, taken);
        store.Tables = store.Tables with
        {
            Runs = runs,
            Requests = store.Tables.Requests.RemoveRange(
                store.Tables.Requests.Where(request => runs.GetValueOrDefault(request.Value.Run)?.Row.RootId == run.Run.Id).Select(request => request.Key)),
        };
        return true;
    });
}

/// <summary>Keys of the user's.</summary>
internal sealed class MemoryRunKeys(MemoryStore store) : IRunKeyStore
{
    public Guid Claim(string key, RunChange first) => store.Change(() =>
    {
        (string, string) place = (first.Run.Flow.Name.ToUpperInvariant(), key);
        if (store.Tables.Keys.TryGetValue(place, out Guid owner) && store.Tables.Runs.ContainsKey(owner))
        {
            return owner;
        }

        store.Tables = store.Tables with { Keys = store.Tables.Keys.SetItem(place, first.RunId) };
        var batch = new HistoryBatch();
        batch.Add(first);
        new MemoryRuns(store).Write(batch);
        return first.RunId;
    });

    public Guid? Find(string flow, string key) =>
        store.Tables.Keys.TryGetValue((flow.ToUpperInvariant(), key), out Guid owner) && store.Tables.Runs.ContainsKey(owner) ? owner : null;
}

/// <summary>What is asked of runs of other processes.</summary>
internal sealed class MemoryRequests(MemoryStore store) : IRequestStore
{
    public void Add(RunRequest request) => store.Change(() =>
    {
        long number = store.NextNumber();
        store.Tables = store.Tables with { Requests = store.Tables.Requests.Add(number, request) };
    });

    public IReadOnlyList<RunRequest> Take() => store.Change(() =>
    {
        KeyValuePair<long, RunRequest>[] mine =
            [.. store.Tables.Requests.Where(request => store.Tables.Runs.GetValueOrDefault(request.Value.Run)?.Process == store.Process)];
        if (mine.Length > 0)
        {
            store.Tables = store.Tables with { Requests = store.Tables.Requests.RemoveRange(mine.Select(request => request.Key)) };
        }

        return mine.Select(request => request.Value).ToArray();
    });
}

/// <summary>What runs have asked people.</summary>
internal sealed class MemoryQuestions(MemoryStore store) : IInputStore
{
    public InputQuestion Ask(InputQuestion question) => store.Change(() =>
    {
        if (Find(question.Run, question.Name) is { } known)
        {
            return known;
        }

        store.Tables = store.Tables with { Questions = store.Tables.Questions.Add(question = question with { Asked = store.Clock.GetUtcNow() }) };
        return question;
    });

    public InputQuestion? Find(Guid run, string name) =>
        store.Tables.Questions.Find(question => question.Run == run && question.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public IReadOnlyList<InputQuestion> Open(Guid run)
    {
        HashSet<Guid> inside = [run, .. new MemoryQuery(store.Tables).Inside(run).Select(inside => inside.Row.Id)];
        return [.. store.Tables.Questions.Where(question => question.Answer is null && inside.Contains(question.Run)).OrderBy(question => question.Asked)];
    }

    public IReadOnlyList<InputQuestion> Open() => [.. store.Tables.Questions.Where(question => question.Answer is null).OrderBy(question => question.Asked)];

    public bool Answer(Guid run, string name, string answer) => store.Change(() =>
    {
        if (Find(run, name) is not { Answer: null } question)
        {
            return false;
        }

        store.Tables = store.Tables with { Questions = store.Tables.Questions.Replace(question, question with { Answer = answer }) };
        return true;
    });
}
