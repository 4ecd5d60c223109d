using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using FlowModule.Dashboard.Tests.Support;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Dashboard.Tests.Pool;

/// <summary>What the page of workers and queues says, and what can be done there.</summary>
public sealed class WorkersPageTests : IDisposable
{
    private static readonly Visitor Eva = new("Eva", "127.0.0.1");
    private readonly PoolRig _rig = new();
    private readonly Guid _worker = Guid.NewGuid();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task A_worker_is_shown_with_what_it_serves_and_the_runs_that_it_executes()
    {
        FlowRun run = _rig.Run();
        using IDisposable worker = _rig.Work(_worker, queues: ["etl", "reports"], tags: ["gpu"]);
        _rig.Store.Beat(_worker, busy: 1, [run.Id]);

        string page = await _rig.Page();

        Assert.Contains("db1:4711", page, StringComparison.Ordinal);
        Assert.Contains("process 4711 on db1", page, StringComparison.Ordinal);
        Assert.Contains("Ready", page, StringComparison.Ordinal);
        Assert.Contains("1.2.3", page, StringComparison.Ordinal);
        Assert.Contains("1 of 4", page, StringComparison.Ordinal);
        Assert.All(["etl", "reports", "gpu"], name => Assert.Contains($"<span class=\"tag\">{name}</span>", page, StringComparison.Ordinal));
        Assert.Contains($"<a href=\"/runs/{run.Id}\">convert 'run-1'</a>", page, StringComparison.Ordinal);
        Assert.Contains($"/workers/{_worker}/drain", page, StringComparison.Ordinal);
        Assert.Contains($"/workers/{_worker}/stop", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_process_has_died_is_gone_and_executes_nothing()
    {
        FlowRun run = _rig.Run();
        IDisposable worker = _rig.Work(_worker);
        _rig.Store.Beat(_worker, busy: 1, [run.Id]);
        worker.Dispose();

        string page = await _rig.Page();

        Assert.Contains("Gone", page, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Id.ToString(), page, StringComparison.Ordinal);
        Assert.DoesNotContain("role=\"button\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_only_has_no_buttons()
    {
        using var rig = new PoolRig(isReadOnly: true);
        rig.Run();
        using IDisposable worker = rig.Work(_worker);

        string page = await rig.Page();

        Assert.Contains("db1:4711", page, StringComparison.Ordinal);
        Assert.DoesNotContain("role=\"button\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_workers_the_page_says_how_there_come_some()
    {
        Assert.Contains("There is no worker. flow work starts one.", await _rig.Page(), StringComparison.Ordinal);
        Assert.Equal(0, _rig.OpenCount);

        _rig.Run();
        Assert.Contains("There is no worker. flow work starts one.", await _rig.Page(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_in_a_file_has_no_workers_and_says_what_they_need()
    {
        using var folder = new TestFolder();
        using var rig = new PoolRig(folder.History);
        rig.Run();

        Assert.Contains("need a history on a server", await rig.Page(), StringComparison.Ordinal);
        Assert.Equal(0, rig.OpenCount);
    }

    [Fact]
    public void Queues_say_what_waits_what_executes_and_who_serves_them()
    {
        _rig.Run();
        using IDisposable one = _rig.Work(_worker, "a", ["etl", "reports"]), two = _rig.Work(Guid.NewGuid(), "b", tags: ["gpu"]);
        _rig.Store.TryGrant(_rig.Ask("etl"), _worker, Guid.NewGuid());
        _rig.Ask("etl");
        _rig.Ask("etl", PoolPriority.High, "gpu");
        _rig.Ask("video");
        _rig.Ask("etl", PoolPriority.Low, "windows");

        IReadOnlyList<QueueView> queues = _rig.Pool.Read().Queues;

        Assert.Equal(
            [
                ("etl", "gpu", "High", 1, 0, "b:4711", null),
                ("etl", "", "Normal", 1, 1, "a:4711 b:4711", null),
                ("etl", "windows", "Low", 1, 0, "", "No worker of queue 'etl' has tag 'windows'."),
                ("reports", "", null, 0, 0, "a:4711", null),
                ("video", "", "Normal", 1, 0, "", "No worker serves queue 'video'."),
            ],
            queues.Select(static queue => (queue.Name, string.Join(' ', queue.Tags), queue.Priority, queue.Waiting, queue.Executing, string.Join(' ', queue.ServedBy), queue.Trouble)));
    }

    [Fact]
    public async Task A_queue_that_nobody_serves_is_said()
    {
        _rig.Run();
        _rig.Ask("video");

        Assert.Contains("No worker serves queue 'video'.", await _rig.Page(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_was_told_to_drain_can_still_be_stopped()
    {
        _rig.Run();
        using IDisposable worker = _rig.Work(_worker);

        Assert.Equal("/workers", _rig.Actions.Do(_rig.Pool.Find(_worker)!, "drain", Eva));

        Assert.Equal(PoolOrder.Drain, _rig.Store.Beat(_worker, busy: 0, []));
        string page = await _rig.Page();
        Assert.Contains("Draining", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"/workers/{_worker}/drain", page, StringComparison.Ordinal);
        Assert.Contains("'drain' cannot be done", Assert.Throws<DashboardException>(() => _rig.Actions.Do(_rig.Pool.Find(_worker)!, "drain", Eva)).Message, StringComparison.Ordinal);

        _rig.Actions.Do(_rig.Pool.Find(_worker)!, "stop", Eva);
        Assert.Equal(PoolOrder.Stop, _rig.Store.Beat(_worker, busy: 0, []));
        Assert.DoesNotContain("role=\"button\"", await _rig.Page(), StringComparison.Ordinal);
        Assert.Equal(
            [("Eva (127.0.0.1)", "Stop worker", "db1:4711"), ("Eva (127.0.0.1)", "Drain worker", "db1:4711")],
            _rig.Log.Last().Select(static action => (action.Who, action.What, action.Subject)));
    }

    [Fact]
    public void A_worker_that_has_ended_meanwhile_cannot_be_told_anything()
    {
        _rig.Run();
        using IDisposable worker = _rig.Work(_worker);
        FlowWorker known = _rig.Pool.Find(_worker)!;
        _rig.Store.Unregister(_worker);

        Assert.Contains("has ended", Assert.Throws<DashboardException>(() => _rig.Actions.Do(known, "drain", Eva)).Message, StringComparison.Ordinal);
        Assert.Null(_rig.Pool.Find(_worker));
        Assert.Empty(_rig.Log.Last());
    }

    [Fact]
    public void What_was_shown_is_looked_at_until_it_changes()
    {
        _rig.Run();
        using IDisposable worker = _rig.Work(_worker);
        Assert.False(_rig.Pool.HasChanged());
        Assert.Equal(0, _rig.OpenCount);

        _rig.Pool.Read();
        _rig.Store.Beat(_worker, busy: 0, []);
        Assert.False(_rig.Pool.HasChanged());
        _rig.Ask("etl");
        Assert.True(_rig.Pool.HasChanged());
        Assert.False(_rig.Pool.HasChanged());

        _rig.Pool.Read();
        worker.Dispose();
        Assert.True(_rig.Pool.HasChanged());
        Assert.Equal(1, _rig.OpenCount);
    }

    [Fact]
    public async Task The_pages_of_a_history_in_a_file_do_not_speak_of_workers()
    {
        using var folder = new TestFolder();
        using ServedDashboard dashboard = await ServedDashboard.Start(folder.Path).SignedIn();

        Assert.DoesNotContain("/workers", await dashboard.Get("/runs"), StringComparison.Ordinal);
        Assert.Contains("need a history on a server", await dashboard.Get("/workers"), StringComparison.Ordinal);
        Assert.Contains("no such worker", await dashboard.Get($"/workers/{_worker}/drain"), StringComparison.Ordinal);
    }
}
