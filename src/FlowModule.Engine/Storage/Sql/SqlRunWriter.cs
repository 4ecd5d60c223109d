using System.Globalization;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>Writes rows of runs: what is written when. How a row is written is for the database.</summary>
internal abstract class SqlRunWriter(ISqlSession session) : ISqlRunWriter
{
    /// <summary>The setting that changes when numbers are removed that other processes may have cached.</summary>
    internal const string Numbers = "Numbers";

    private readonly SqlFlows _flows = new(session);
    private readonly SqlSettings _settings = new(session);

    /// <summary>The unfinished runs whose start is in the history.</summary>
    private readonly HashSet<Guid> _begun = [];
    public long Process
    {
        get => ProcessOrNone != SqlProcesses.NoProcess ? ProcessOrNone : throw new InvalidOperationException("This process is not registered in the history.");
        set => ProcessOrNone = value;
    }

    public long ProcessOrNone { get; private set; } = SqlProcesses.NoProcess;

    /// <summary>The value of the setting when it was looked at last.</summary>
    protected long? KnownNumbers { get; private set; }

    /// <summary>The history, for messages.</summary>
    protected abstract string Location { get; }

    public void WriteInside(HistoryBatch batch)
    {
        LearnNumbers();
        Take(batch);
        Complete();
    }

    public void ForgetNumbers() => _settings.Set(Numbers, Random.Shared.NextInt64().ToString(CultureInfo.InvariantCulture));

    /// <summary>Forgets what a transaction has written that was rolled back. Rows from before may be written again.</summary>
    internal virtual void RollBack()
    {
        _flows.Clear();
        _begun.Clear();
    }

    /// <summary>Whether the numbers of all flows in a batch are known, so that nothing need be asked to write it.</summary>
    protected bool KnowsFlowsOf(HistoryBatch batch)
    {
        foreach (RunChange change in batch.Latest)
        {
            if (!_flows.Knows(change.Run.Flow))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes the rows of a batch, or gathers them until it is complete.</summary>
    protected void Take(HistoryBatch batch)
    {
        foreach (RunChange change in batch.Changes)
        {
            AddState(change);
        }

        foreach (RunChange change in batch.Latest)
        {
            WriteLatest(change);
        }

        foreach (LogRow line in batch.Lines)
        {
            AddLine(line);
        }
    }

    /// <summary>The value of the setting, or null.</summary>
    protected abstract long? ReadNumbers();

    protected abstract void AddState(RunChange change);

    /// <summary>Writes a run and its latest state.</summary>
    protected abstract void SetRun(RunChange change, long flow, long process);

    protected abstract void SetValue(Guid run, RunValue kind, EncodedValue value);

    /// <summary>Removes the result and the error (also its details) that a run had before.</summary>
    protected abstract void ForgetOutcome(Guid run);

    protected abstract void SetHook(Guid run, string script);

    protected abstract void DropHook(Guid run);

    protected abstract void AddLine(LogRow line);

    /// <summary>Called when the batch is complete.</summary>
    protected virtual void Complete()
    {
    }

    /// <summary>Forgets numbers that other processes have removed.</summary>
    /// <exception cref="HistoryException">This process is no longer registered.</exception>
    private void LearnNumbers()
    {
        if (ReadNumbers() is { } numbers && numbers != KnownNumbers)
        {
            _flows.Clear();
            if (session.Number("SELECT 1 FROM process WHERE id = $1", Process) is null)
            {
                throw new HistoryException(HistoryFault.Missing, $"The history '{Location}' no longer contains this process.");
            }

            KnownNumbers = numbers;
        }
    }

    private void WriteLatest(RunChange change)
    {
        Guid run = change.RunId;
        SetRun(change, _flows.Find(change.Run.Flow), Process);
        if (change.Start is { } start)
        {
            WriteStart(run, start, change.IsOver);
        }

        Set(run, RunValue.Result, change.Result);
        Set(run, RunValue.Error, change.Error);
        Set(run, RunValue.ErrorDetails, change.ErrorDetails);
    }

    private void WriteStart(Guid run, RunStart start, bool isOver)
    {
        bool isKept = isOver ? _begun.Remove(run) : !_begun.Add(run);
        if (!isKept)
        {
            Set(run, RunValue.Parameters, start.Parameters);
            Set(run, RunValue.Input, start.Input);
            Set(run, RunValue.Options, start.Options);
            if (start.CrashHook is { } hook && !isOver)
            {
                SetHook(run, hook);
            }

            if (start.GoesOn)
            {
                // The run's earlier result no longer applies.
                ForgetOutcome(run);
            }
        }

        if (start.CrashHook is not null && isOver)
        {
            // The run is over, so only this process may still call the hook.
            DropHook(run);
        }
    }

    private void Set(Guid run, RunValue kind, EncodedValue value)
    {
        if (!value.IsNothing)
        {
            SetValue(run, kind, value);
        }
    }
}
