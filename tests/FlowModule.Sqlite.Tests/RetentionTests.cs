using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests;

public sealed class RetentionTests : IDisposable
{
    private readonly TestFile _file = new();

    [Fact]
    public void Until_it_is_set_runs_are_kept_for_90_days()
    {
        Assert.Equal(new RetentionSettings(90, null), _file.History.Retention);
    }

    [Theory]
    [InlineData(7, 100)]
    [InlineData(null, 5)]
    [InlineData(null, null)]
    public void What_is_set_is_known_to_all_processes(int? days, int? runs)
    {
        _file.History.Retention = new RetentionSettings(days, runs);

        Assert.Equal(new RetentionSettings(days, runs), _file.Open().Retention);
    }

    [Fact]
    public void A_run_that_ended_before_the_days_to_keep_goes_with_all_inside_of_it()
    {
        FlowRun parent = _file.Start();
        FlowRun child = _file.Start(parent);
        _file.Log(_file.Run(child), 10);
        child.Finish();
        parent.Finish(["result"]);
        _file.Time.Advance(TimeSpan.FromDays(91));
        Guid newer = _file.Run().Id;

        int removed = _file.History.Prune();

        Assert.Equal(3, removed);
        Assert.Equal([newer], _file.Ids());
        Assert.Equal(0, _file.Ask("SELECT count(*) FROM log"));
        Assert.Equal(2, _file.Ask("SELECT count(*) FROM state"));
        Assert.Equal(1, _file.Ask("SELECT count(*) FROM value"));
    }

    [Fact]
    public void Days_count_from_the_end_of_a_run()
    {
        FlowRun run = _file.Start();
        _file.Time.Advance(TimeSpan.FromDays(100));
        run.Finish();

        Assert.Equal(0, _file.History.Prune());
        _file.Time.Advance(TimeSpan.FromDays(91));
        Assert.Equal(1, _file.History.Prune());
    }

    [Fact]
    public void Of_the_runs_in_no_other_run_the_newest_stay()
    {
        Guid[] runs = _file.RunMany(250);
        FlowRun parent = _file.Start();
        _file.Run(parent);
        parent.Finish();
        _file.History.Retention = new RetentionSettings(KeepDays: null, KeepRuns: 3);

        Assert.Equal(248, _file.History.Prune());

        Assert.Equal([parent.Id, runs[249], runs[248]], _file.History.Find(new RunQuery { Kinds = [RunKind.Flow] }).Select(run => run.Id));
        Assert.Single(_file.History.Find(new RunQuery { Parent = parent.Id }));
    }

    [Fact]
    public void As_many_runs_as_are_to_be_kept_all_stay()
    {
        Guid[] runs = _file.RunMany(3);
        _file.History.Retention = new RetentionSettings(KeepDays: null, KeepRuns: 3);

        Assert.Equal(0, _file.History.Prune());
        Assert.Equal(runs.Reverse(), _file.Ids());
    }

    [Fact]
    public void What_has_a_run_inside_that_is_not_over_stays_and_holds_nothing_up()
    {
        FlowRun over = _file.Start();
        FlowRun open = _file.Start(over);
        over.Finish();
        _file.Time.Advance(TimeSpan.FromMilliseconds(1));
        FlowRun alone = _file.Start();
        _file.Time.Advance(TimeSpan.FromMilliseconds(1));
        _file.RunMany(2);
        _file.Time.Advance(TimeSpan.FromDays(200));

        Assert.Equal(2, _file.History.Prune());
        Assert.Equal(0, _file.History.Delete([over.Id, alone.Id]));

        Assert.Equal(new[] { alone.Id, open.Id, over.Id }.Order(), _file.Ids().Order());
        open.Finish();
        alone.Finish();
    }

    [Fact]
    public void Deleting_a_run_inside_another_leaves_the_other()
    {
        FlowRun parent = _file.Start();
        FlowRun child = _file.Start(parent);
        _file.Run(child);
        child.Finish();

        Assert.Equal(2, _file.History.Delete([child.Id, Guid.NewGuid()]));

        Assert.Equal([parent.Id], _file.Ids());
        parent.Finish();
    }

    [Fact]
    public void A_long_log_goes_in_pieces_that_others_write_between()
    {
        FlowRun run = _file.Start();
        _file.Log(run, 9_000);
        run.Finish();
        _file.History.WriteQueued();
        int pieces = 0;
        RunHistory other = _file.Open();
        IReadOnlyList<Guid> tree = _file.History.Change(store => store.Retention.FindTree(run.Id));
        for (int done = 0; done < tree.Count; pieces++)
        {
            done += _file.History.Change(store => store.Retention.Remove(tree, done)).Done;
            _file.Run(history: other).Recording!.Flush();
        }

        Assert.True(pieces > 3, $"{pieces} pieces");
        Assert.Equal(0, _file.Ask("SELECT count(*) FROM log"));
        Assert.Equal(pieces, _file.Ids().Length);
    }

    [Fact]
    public void The_file_shrinks()
    {
        FlowRun run = _file.Start();
        _file.Log(run, 30_000);
        run.Finish();
        _file.History.WriteQueued();
        long before = _file.History.Statistics().SizeInBytes!.Value;

        _file.History.Delete([run.Id]);

        Assert.InRange(_file.History.Statistics().SizeInBytes!.Value, 1, before / 4);
        Assert.InRange(new FileInfo(_file.Path).Length, 1, 300_000);
        Assert.Equal(0, _file.Ask("PRAGMA freelist_count"));
    }

    [Fact]
    public void Flows_and_scripts_that_no_run_is_of_go_and_come_again_for_those_who_knew_them()
    {
        RunHistory other = _file.Open();
        var flow = new ScriptedFlow("scripted");
        _file.Run(flow: flow, history: other);
        other.WriteQueued();
        Assert.Equal(1, _file.Ask("SELECT count(*) FROM script"));

        _file.History.Delete(_file.Ids());
        Assert.Equal(0, _file.Ask("SELECT (SELECT count(*) FROM script) + (SELECT count(*) FROM flow)"));

        _file.Run(flow: flow, history: other);
        other.WriteQueued();
        FlowRunRecord record = Assert.Single(_file.History.Find(new RunQuery()));
        Assert.Equal("scripted", record.FlowName);
        Assert.NotNull(record.ScriptHash);
        Assert.Equal(1, _file.Ask("SELECT count(*) FROM script"));
    }

    [Fact]
    public void A_process_of_which_there_is_no_run_is_forgotten_and_known_again_when_it_writes()
    {
        RunHistory other = _file.Open();
        other.Require();
        _file.Time.Advance(TimeSpan.FromDays(2));
        _file.Run();
        _file.History.Delete(_file.Ids());
        Assert.Equal(1, _file.Ask("SELECT count(*) FROM process"));

        Guid run = _file.Run(history: other).Id;
        other.WriteQueued();

        Assert.Null(other.TakeWarning());
        Assert.Equal(Environment.ProcessId, _file.History.Find(run)!.ProcessId);
    }

    [Fact]
    public void Of_all_processes_one_prunes_a_day()
    {
        RunHistory other = _file.Open();
        Assert.True(Claim(_file.History));
        Assert.False(Claim(other));
        _file.History.Change(store => Complete(store));
        _file.Time.Advance(TimeSpan.FromHours(23));
        Assert.False(Claim(other));
        _file.Time.Advance(TimeSpan.FromHours(1));
        Assert.True(Claim(other));
        Assert.False(Claim(_file.History));
    }

    [Fact]
    public void One_that_died_while_pruning_is_followed_by_another()
    {
        Assert.True(Claim(_file.History));
        _file.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.True(Claim(_file.Open()));
    }

    [Fact]
    public void A_clock_that_was_wrong_once_does_not_end_pruning()
    {
        _file.History.Require();
        _file.Ask("INSERT INTO setting VALUES('NextPruning', '99999999999999999') RETURNING 1");
        Assert.True(Claim(_file.History));
    }

    [Fact]
    public void A_process_that_records_runs_prunes_by_itself_once_a_day()
    {
        Guid old = _file.Run().Id;
        _file.History.Tick();
        _file.Time.Advance(TimeSpan.FromDays(89.5));
        RunHistory next = _file.Open();
        _file.Run(history: next);
        next.Tick();
        Assert.Contains(old, _file.Ids(next));

        // Old enough now, but today's pruning is done.
        _file.Time.Advance(TimeSpan.FromDays(0.6));
        next.Tick();
        Assert.Contains(old, _file.Ids(next));

        _file.Time.Advance(TimeSpan.FromDays(0.5));
        next.Tick();
        Assert.DoesNotContain(old, _file.Ids(next));
        Assert.Single(_file.Ids(next));
    }

    [Fact]
    public void Statistics_count_what_there_is()
    {
        DateTimeOffset start = _file.Time.GetUtcNow();
        FlowRun parent = _file.Start();
        _file.Log(_file.Run(parent), 5);
        parent.Finish();

        HistoryStatistics statistics = _file.History.Statistics();

        Assert.Equal(2, statistics.RunCount);
        Assert.Equal(1, statistics.TopRunCount);
        Assert.Equal(5, statistics.LogCount);
        Assert.Equal(start, statistics.OldestRunTime);
        Assert.Equal(SqliteSchema.Version, statistics.FormatVersion);
        Assert.True(statistics.SizeInBytes > 10_000);
    }

    public void Dispose() => _file.Dispose();

    private static bool Claim(RunHistory history) => history.Change(store => store.Retention.TryClaimPruning());

    private bool Complete(IHistoryStore store)
    {
        store.Retention.CompletePruning();
        return true;
    }
}
