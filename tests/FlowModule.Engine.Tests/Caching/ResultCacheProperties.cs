using FlowModule.Engine;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Caching;

/// <summary>Callers that enter, compute, fail, give up and are woken in whatever order.</summary>
public class ResultCacheProperties
{
    public sealed record Step(int Act, int Who, bool Refresh)
    {
        public override string ToString() => $"{Act}({Who}{(Refresh ? ", refresh" : string.Empty)})";
    }

    private static Arbitrary<Step[]> Steps =>
        (from act in Gen.Choose(0, 9)
         from who in Gen.Choose(0, 999)
         from refresh in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
         select new Step(act, who, refresh)).ArrayOf().ToArbitrary();

    private sealed class Caller(int key, bool refresh, int since)
    {
        internal int Key => key;

        internal bool Refresh => refresh;

        /// <summary>How many computations of its key had ended when it came.</summary>
        internal int Since => since;

        internal CacheTicket? Ticket { get; set; }

        internal bool Woken { get; set; }
    }

    private sealed class Play
    {
        private const int Keys = 2;
        private readonly FakeTimeProvider _time = new();
        private readonly ResultCache _cache;
        private readonly List<Caller> _callers = [];
        private readonly int[] _results = new int[Keys];
        private readonly DateTimeOffset[] _expires = new DateTimeOffset[Keys];

        internal Play() => _cache = new ResultCache(_time);

        internal void Do(Step step)
        {
            Caller[] owners = Of(CacheTicketKind.Owner);
            Caller[] waiting = Of(CacheTicketKind.Waiting);
            Caller[] woken = [.. waiting.Where(caller => caller.Woken)];
            switch (step.Act)
            {
                case 0 or 1 or 2:
                    int key = step.Who % Keys;
                    var caller = new Caller(key, step.Refresh, _results[key]);
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
            }

            Check();
            Caller Pick(Caller[] from) => from[step.Who % from.Length];
        }

        /// <summary>Lets everything end: nobody may be left who waits.</summary>
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

                Check();
            }

            Assert.Equal(0, _cache.Computing);
        }

        private Caller[] Of(CacheTicketKind kind) => [.. _callers.Where(caller => caller.Ticket!.Kind == kind)];

        private void Enter(Caller caller)
        {
            caller.Woken = false;
            CacheTicket? waited = caller.Ticket;
            caller.Ticket = _cache.Enter(
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

            // Results are numbered: one that waited may take any that ended since it came, the others only the last, while it is good.
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
            Assert.All(_callers.Where(caller => caller.Key == owner.Key), caller => Assert.True(caller.Woken));
        }

        private void Fail(Caller owner)
        {
            int before = _callers.Count(caller => caller.Woken);
            bool expected = _callers.Exists(caller => caller != owner && caller.Key == owner.Key && caller.Ticket!.Kind == CacheTicketKind.Waiting && !caller.Woken);
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

                // Whoever waits does so for an owner, or for somebody who was woken.
                Assert.True(of.Length == 0 || owners == 1 || of.Any(caller => caller.Woken));
            }
        }
    }

    [Property(MaxTest = 500, EndSize = 150)]
    public Property A_key_is_computed_by_one_at_a_time_and_nobody_waits_for_ever() => Prop.ForAll(Steps, steps =>
    {
        var play = new Play();
        Array.ForEach(steps, play.Do);
        play.Drain();
    });
}
