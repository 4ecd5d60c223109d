using FlowModule.Engine.Caching;
using FlowModule.Engine.History;
using FlowModule.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Caching;

/// <summary>Callers that enter, compute, fail, leave and are woken in any order.</summary>
public class ResultCacheProperties
{
    public sealed record Step(int Act, int Who, bool Refresh)
    {
        public override string ToString() => $"{Act}({Who}{(Refresh ? ", refresh" : string.Empty)})";
    }

    private static Arbitrary<Step[]> Steps => Arb.From(
        (from act in Gen.Choose(0, 10)
         from who in Gen.Choose(0, 999)
         from refresh in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
         select new Step(act, who, refresh)).ArrayOf(),
        static steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, i) => i != left).ToArray()));

    private sealed class Caller(int process, int key, bool refresh, int since)
    {
        internal int Process => process;

        internal int Key => key;

        internal bool Refresh => refresh;

        /// <summary>How many computations of its key had ended when it entered.</summary>
        internal int Since => since;

        internal CacheTicket? Ticket { get; set; }

        internal bool Woken { get; set; }
    }

    private sealed class Play : IDisposable
    {
        private const int Keys = 2;
        private readonly FakeTimeProvider _time = new();
        private readonly SharedFile? _file;
        private readonly RunHistory[] _processes = [];
        private readonly ResultCache[] _caches;
        private readonly List<Caller> _callers = [];
        private readonly int[] _results = new int[Keys];
        private readonly DateTimeOffset[] _expires = new DateTimeOffset[Keys];

        /// <param name="processes">How many processes share the results; 0 for one process with results in memory.</param>
        internal Play(int processes)
        {
            if (processes == 0)
            {
                _caches = [new ResultCache(_time)];
                return;
            }

            _file = new SharedFile(_time);
            _processes = [.. Enumerable.Range(0, processes).Select(_ => _file.Open())];
            _caches = [.. _processes.Select(process => process.NewCache())];
        }

        public void Dispose() => _file?.Dispose();

        internal void Do(Step step)
        {
            Caller[] owners = Of(CacheTicketKind.Owner);
            Caller[] waiting = Of(CacheTicketKind.Waiting);
            Caller[] woken = [.. waiting.Where(caller => caller.Woken)];
            switch (step.Act)
            {
                case 0 or 1 or 2:
                    int key = step.Who % Keys;
                    var caller = new Caller(step.Who / Keys % _caches.Length, key, step.Refresh, _results[key]);
                    _callers.Add(caller);
                    Enter(caller);
                    break;
                case 3 or 4 when owners.Length > 0:
                    Complete(Pick(owners), step.Who % 3);
                    break;
                case 5 when owners.Length > 0:
                    Fail(Pick(owners));
                    break;
                case 6 when waiting.Length > 0:
                    Caller gone = Pick(waiting);
                    gone.Ticket!.Dispose();
                    _callers.Remove(gone);
                    break;
                case 7 or 8 when woken.Length > 0:
                    Enter(Pick(woken));
                    break;
                case 9:
                    _time.Advance(TimeSpan.FromSeconds(5));
                    break;
                case 10 when _processes.Length > 1:
                    Die(step.Who % _processes.Length);
                    break;
            }

            LearnOfOthers();
            Check();
            Caller Pick(Caller[] from) => from[step.Who % from.Length];
        }

        /// <summary>Ends everything: no caller may be left waiting.</summary>
        internal void Drain()
        {
            while (_callers.Count > 0)
            {
                if (_callers.Find(caller => caller.Woken) is { } woken)
                {
                    Enter(woken);
                }
                else
                {
                    Caller[] owners = Of(CacheTicketKind.Owner);
                    Assert.True(owners.Length > 0, "Somebody waits for nobody.");
                    if (_callers.Count % 2 == 0)
                    {
                        Fail(owners[0]);
                    }
                    else
                    {
                        Complete(owners[0], 0);
                    }
                }

                LearnOfOthers();
                Check();
            }

            Assert.All(_caches, cache => Assert.Equal(0, cache.Computing));
        }

        private void LearnOfOthers()
        {
            if (_caches.Length > 1)
            {
                _time.Advance(TimeSpan.FromMilliseconds(50));
            }
        }

        /// <summary>A process dies with all its callers. Waiting callers of other processes find out.</summary>
        private void Die(int process)
        {
            _processes[process].Dispose();
            _callers.RemoveAll(caller => caller.Process == process);
            _processes[process] = _file!.Open();
            _caches[process] = _processes[process].NewCache();
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        private Caller[] Of(CacheTicketKind kind) => [.. _callers.Where(caller => caller.Ticket!.Kind == kind)];

        private void Enter(Caller caller)
        {
            caller.Woken = false;
            CacheTicket? waited = caller.Ticket;
            caller.Ticket = _caches[caller.Process].Enter(
                caller.Key.ToString(System.Globalization.CultureInfo.InvariantCulture),
                caller.Refresh,
                () =>
                {
                    Assert.False(caller.Woken);
                    caller.Woken = true;
                },
                waited);
            if (caller.Ticket.Kind != CacheTicketKind.Hit)
            {
                return;
            }

            // Results are numbered: a caller that waited may take any result since it entered; others only the last one, while it is valid.
            int result = (int)caller.Ticket.Value!;
            bool cameMeanwhile = waited is not null && result > caller.Since;
            bool isStored = !caller.Refresh && result == _results[caller.Key] && _time.GetUtcNow() < _expires[caller.Key];
            Assert.True(cameMeanwhile || isStored);
            _callers.Remove(caller);
        }

        private void Complete(Caller owner, int expiry)
        {
            int result = ++_results[owner.Key];
            _expires[owner.Key] = expiry == 0 ? DateTimeOffset.MaxValue : _time.GetUtcNow() + TimeSpan.FromSeconds(10 * (expiry - 1));
            _callers.Remove(owner);
            owner.Ticket!.Complete(result, expiry == 0 ? null : TimeSpan.FromSeconds(10 * (expiry - 1)));
            LearnOfOthers();

            // A caller of another process may have been woken before, and calls those behind it.
            Assert.All(_callers.Where(caller => caller.Key == owner.Key), caller => Assert.True(caller.Woken || (caller.Process != owner.Process
                && _callers.Exists(other => other.Woken && (other.Process, other.Key) == (caller.Process, caller.Key)))));
        }

        private void Fail(Caller owner)
        {
            int before = _callers.Count(caller => caller.Woken);
            bool expected = _callers.Exists(caller => caller != owner && caller.Process == owner.Process && caller.Key == owner.Key && caller.Ticket!.Kind == CacheTicketKind.Waiting && !caller.Woken);
            _callers.Remove(owner);
            owner.Ticket!.Abandon();
            Assert.Equal(expected ? 1 : 0, _callers.Count(caller => caller.Woken) - before);
        }

        private void Check()
        {
            for (int key = 0; key < Keys; key++)
            {
                Caller[] of = [.. _callers.Where(caller => caller.Key == key)];
                int owners = of.Count(caller => caller.Ticket!.Kind == CacheTicketKind.Owner);
                Assert.InRange(owners, 0, 1);

                // Each waiting caller waits for an owner, or for a woken caller.
                Assert.True(of.Length == 0 || owners == 1 || of.Any(caller => caller.Woken));
            }
        }
    }

    [Property(MaxTest = 500, EndSize = 150)]
    public Property A_key_is_computed_by_one_at_a_time_and_nobody_waits_for_ever() => Keeps(processes: 0);

    [Property(MaxTest = 100, EndSize = 150)]
    public Property So_it_is_when_results_are_stored() => Keeps(processes: 1);

    [Property(MaxTest = 100, EndSize = 150)]
    public Property So_it_is_over_several_processes_and_some_die() => Keeps(processes: 3);

    private static Property Keeps(int processes) => Prop.ForAll(Steps, steps =>
    {
        using var play = new Play(processes);
        Array.ForEach(steps, play.Do);
        play.Drain();
    });
}
