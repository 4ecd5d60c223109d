using FlowModule.Engine.Caching;
using FlowModule.Engine.History;
using FlowModule.Engine.History.Input;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Processes of two machines whose clocks are three minutes apart: what they share goes by the clock of the store.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class ClockContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(3);

    private readonly List<RunHistory> _histories = [];

    [StoreFact]
    public void AProcessIsSeenWhenItWasSeen()
    {
        RunHistory early = Early(), late = Late();
        early.Require();
        late.Require();

        Assert.All([early, late], history => Assert.All(history.Read(store => store.Processes.Open()), process =>
        {
            Assert.Equal(Now, process.Heartbeat);
            Assert.Equal(TimeSpan.Zero, history.Clock.GetUtcNow() - process.Heartbeat);
        }));
    }

    [StoreFact]
    public void ACachedResultIsValidForAsLongAsItsProcessSays()
    {
        ResultCache early = CacheOf(Early()), late = CacheOf(Late());
        Store(early, "early", "1");
        Store(late, "late", "2");
        Time.Advance(TimeSpan.FromSeconds(59));

        Assert.Equal((CacheTicketKind.Hit, CacheTicketKind.Hit), (Enter(late, "early").Kind, Enter(early, "late").Kind));
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((CacheTicketKind.Owner, CacheTicketKind.Owner), (Enter(late, "early").Kind, Enter(early, "late").Kind));
    }

    [StoreFact]
    public void SoManyStartASecond()
    {
        RunHistory early = Early(), late = Late();
        early.Services.Limits.Set("limit", maxConcurrency: null, perSecond: 2);

        Assert.True(Request(late).IsGranted);
        Assert.True(Request(early).IsGranted);
        Assert.False(Request(late).IsGranted);
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(Request(early).IsGranted);
    }

    [StoreFact]
    public void ATickThatIsSkippedOrLostEndsAtTheTimeOfTheStore()
    {
        RunHistory early = Early(), late = Late();
        TickClaim running = Claim(early, Now)[0];

        Assert.Equal(Now, Claim(late, Now.AddHours(1))[0].Tick.EndTime);
        early.Change(store => store.Schedules.Change(running.Tick with { Script = new TickProcess(int.MaxValue, 1) }));
        early.Dispose();
        Time.Advance(TimeSpan.FromMinutes(1));

        TickRow crashed = Assert.Single(late.Schedules.Sweep(static _ => true));
        Assert.Equal(Now, crashed.EndTime);
    }

    [StoreFact]
    public void AnAnswerIsDueByTheTimeOfTheStore()
    {
        RunHistory early = Early(), late = Late();
        RunRow run = Start(Own);
        InputQuestion asked = early.Change(store => store.Inputs.Ask(new InputQuestion(run.Id, "q", "q?")));
        Time.Advance(TimeSpan.FromSeconds(59));

        using InputWait wait = new(late, late.Change(store => store.Inputs.Ask(asked)), late.Clock, TimeSpan.FromMinutes(1), static () => { });
        Assert.False(wait.IsTimeUp);
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(wait.IsTimeUp);
    }

    [StoreFact]
    public void OldRunsAreLookedForOnceADay()
    {
        RunHistory early = Early(), late = Late();
        Assert.True(early.Change(store => store.Retention.TryClaimPruning()));
        early.Change(store => store.Retention.CompletePruning());
        Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));

        Assert.False(late.Change(store => store.Retention.TryClaimPruning()));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(late.Change(store => store.Retention.TryClaimPruning()));
    }

    protected override void Dispose(bool isDisposing)
    {
        _histories.ForEach(static history => history.Dispose());
        base.Dispose(isDisposing);
    }

    private static CacheTicket Enter(ResultCache cache, string key) => cache.Enter(key, refresh: false, static () => { });

    private static void Store(ResultCache cache, string key, string value) => Enter(cache, key).Complete(value, TimeSpan.FromMinutes(1));

    private static LimitLease Request(RunHistory history) => history.Services.Limits.Request(["limit"], static () => { });

    private static ResultCache CacheOf(RunHistory history) => new(history, history.Values, RunHistory.DefaultResultBytes);

    private static IReadOnlyList<TickClaim> Claim(RunHistory history, DateTimeOffset time) => history.Schedules.Claim(
        new ScheduledFlow { Name = "nightly", Path = "x.ps1", WorkingDirectory = "/", LogPath = "/log", Schedules = [], Since = DateTimeOffset.UnixEpoch, MultipleInstances = MultipleInstances.IgnoreNew },
        [new ScheduledTick(time)]);

    private RunHistory Early() => New(-Apart / 2);

    private RunHistory Late() => New(Apart / 2);

    private RunHistory New(TimeSpan difference)
    {
        var history = new RunHistory(Address, new TextValues(), new SkewedTime(Time, difference), Backend, hasThread: false);
        _histories.Add(history);
        return history;
    }
}
