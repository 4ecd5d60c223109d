using FlowModule.Engine.Limits;
using FlowModule.Engine.Storage;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Limits;

/// <summary>The table and its model, compared for all operations in any order.</summary>
public class LimitTableProperties
{
    private static readonly string[] Names = ["a", "b", "c"];

    public enum Act
    {
        Request,
        GiveUp,
        Lend,
        Reclaim,
        Set,
        Remove,
        Advance,
        Die,
    }

    /// <summary>One operation. The meaning of the numbers depends on it: which process, which limits, how many.</summary>
    public sealed record Step(Act Act, int One, int Two)
    {
        public override string ToString() => $"{Act}({One}, {Two})";
    }

    private static Arbitrary<Step[]> Steps => Arb.From(
        Gen.Frequency(
                (10, Gen.Constant(Act.Request)), (6, Gen.Constant(Act.GiveUp)), (4, Gen.Constant(Act.Lend)), (4, Gen.Constant(Act.Reclaim)),
                (2, Gen.Constant(Act.Set)), (1, Gen.Constant(Act.Remove)), (4, Gen.Constant(Act.Advance)), (1, Gen.Constant(Act.Die)))
            .SelectMany(act => Gen.Choose(0, 999).SelectMany(one => Gen.Choose(0, 999).Select(two => new Step(act, one, two))))
            .ArrayOf(),
        static steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, i) => i != left).ToArray()));

    /// <summary>Each claim belongs to one of several processes, which performs its operations.</summary>
    private sealed class Play : IDisposable
    {
        private readonly LimitRig _rig;
        private readonly LimitModel _model = new();
        private readonly List<(LimitLease Lease, LimitModel.Claim Claim, int Process)> _all = [];
        private readonly List<int> _calls = [];
        private readonly List<int> _callsDue = [];

        private int _process;

        internal Play(LimitsAre limits, int processes = 1)
        {
            _rig = new LimitRig(limits, processes);
            Set(0, 7);
            Set(1, 13);
            Set(2, 3);
        }

        private ILimitTable Table => _rig.Tables[_process];

        private bool IsOne => _rig.Tables.Length == 1;

        public void Dispose() => _rig.Dispose();

        internal void Do(Step step)
        {
            _process = step.Two / 7 % _rig.Tables.Length;
            switch (step.Act)
            {
                case Act.Request:
                    Request(step.One);
                    break;
                case Act.Set:
                    Set(step.One, step.Two);
                    break;
                case Act.Remove:
                    Table.Remove(Names[step.One % 3]);
                    _model.Remove(Names[step.One % 3]);
                    break;
                case Act.Advance:
                    Advance(1 + (step.One % 12));
                    break;
                case Act.Die:
                    if (!IsOne)
                    {
                        Die();
                    }

                    break;
                default:
                    if (_all.Count > 0)
                    {
                        Change(step.Act, step.One % _all.Count);
                    }

                    break;
            }

            if (!IsOne)
            {
                // A process learns of a grant by another process a moment later.
                Settle();
                Advance(1);
            }

            Compare();
        }

        /// <summary>Ends the holders again and again: every waiting request must be granted soon.</summary>
        internal void Drain()
        {
            for (int round = 0; _all.Exists(entry => entry.Claim.State != LimitModel.State.Over); round++)
            {
                Assert.True(round <= 2 * _all.Count, "Somebody waits for ever.");
                for (int i = 0; i < _all.Count; i++)
                {
                    if (_all[i].Claim.State is LimitModel.State.Held or LimitModel.State.Lent)
                    {
                        Change(Act.GiveUp, i);
                    }
                }

                Advance(10);
            }

            Assert.All(_rig.Table.All(), limit => Assert.Equal((0, 0), (limit.Active, limit.Waiting)));
        }

        private void Request(int limits)
        {
            // Every set of limits, in both orders.
            string[] names = [.. Names.Where((_, i) => (limits >> i & 1) == 1)];
            if ((limits & 8) != 0)
            {
                Array.Reverse(names);
            }

            int index = _all.Count;
            LimitLease lease = Table.Request(names, () => Called(index));
            LimitModel.Claim claim = _model.Request(names);
            _all.Add((lease, claim, _process));
            Settle(index);
            Assert.Equal(claim.State == LimitModel.State.Held, lease.IsGranted);
        }

        private void Set(int limit, int values)
        {
            string name = Names[limit % 3];
            int? max = values % 5 is 0 ? null : values % 5;
            int? perSecond = values / 5 % 4 is 0 ? null : values / 5 % 4;
            Table.Set(name, max, perSecond);
            _model.Set(name, max, perSecond);
        }

        private void Change(Act act, int index)
        {
            (LimitLease lease, LimitModel.Claim claim, int process) = _all[index];
            if (process < 0)
            {
                return;
            }

            switch (act)
            {
                case Act.GiveUp:
                    lease.Dispose();
                    _model.GiveUp(claim);
                    break;
                case Act.Lend:
                    lease.Lend();
                    _model.Lend(claim);
                    break;
                case Act.Reclaim when claim.State is not (LimitModel.State.Waiting or LimitModel.State.Reclaiming):
                    bool atOnce = lease.Reclaim(() => Called(index));
                    _model.Reclaim(claim);
                    Settle(index);
                    Assert.Equal(claim.State != LimitModel.State.Reclaiming, atOnce);
                    break;
            }

            Settle();
        }

        /// <summary>A process dies with all its claims; the next process that looks, or that waits for one of them, finds out.</summary>
        private void Die()
        {
            _rig.Kill(_process);
            for (int i = 0; i < _all.Count; i++)
            {
                if (_all[i].Process == _process)
                {
                    _model.GiveUp(_all[i].Claim);
                    _all[i] = _all[i] with { Process = -1 };
                }
            }

            Table.All();
            Settle();
        }

        private void Called(int index)
        {
            if (_all.Count <= index || _all[index].Process >= 0)
            {
                _calls.Add(index);
            }
        }

        private void Advance(int tenths)
        {
            for (int i = 0; i < tenths; i++)
            {
                _rig.Time.Advance(TimeSpan.FromMilliseconds(100));
                _model.Now += 100;
                Settle();
            }
        }

        /// <summary>Lets the model grant, and records which requests the table must have called: the granted ones, except one that was granted at once.</summary>
        private void Settle(int? told = null)
        {
            bool[] waited = [.. _all.Select(entry => entry.Claim.State is LimitModel.State.Waiting or LimitModel.State.Reclaiming)];
            _model.Settle();
            for (int i = 0; i < waited.Length; i++)
            {
                if (waited[i] && _all[i].Claim.State == LimitModel.State.Held && i != told)
                {
                    _callsDue.Add(i);
                }
            }
        }

        private void Compare()
        {
            Settle();
            Assert.Equal(_callsDue.Where(index => _all[index].Process >= 0).Order(), _calls.Where(index => _all[index].Process >= 0).Order());
            foreach ((LimitLease lease, LimitModel.Claim claim, int process) in _all)
            {
                Assert.Equal(process >= 0 && claim.State == LimitModel.State.Held, process >= 0 && lease.IsHeld);
            }

            foreach (string name in Names)
            {
                FlowLimit? limit = Table.Find(name);
                LimitModel.Limit? model = _model.Find(name);
                Assert.Equal(model is null, limit is null);
                if (limit is not null)
                {
                    Assert.Equal((model!.Active, _model.Waiting(model)), (limit.Active, limit.Waiting));
                }
            }
        }
    }

    [Property(MaxTest = 500, EndSize = 120)]
    public Property The_table_does_what_its_model_does_and_nobody_waits_for_ever() => Keeps(LimitsAre.InMemory);

    [Property(MaxTest = 100, EndSize = 120)]
    public Property So_does_one_that_is_stored() => Keeps(LimitsAre.Stored);

    [Property(MaxTest = 150, EndSize = 120)]
    public Property So_do_those_of_several_processes_and_some_die() => Keeps(LimitsAre.Stored, processes: 3);

    private static Property Keeps(LimitsAre limits, int processes = 1) => Prop.ForAll(Steps, steps =>
    {
        using var play = new Play(limits, processes);
        Array.ForEach(steps, play.Do);
        play.Drain();
    });

    [Property(MaxTest = 200)]
    public Property No_window_of_a_second_sees_more_starts_than_the_rate() => KeepsRate(LimitsAre.InMemory, processes: 1);

    [Property(MaxTest = 50)]
    public Property Nor_over_several_processes() => KeepsRate(LimitsAre.Stored, processes: 3);

    private static Property KeepsRate(LimitsAre limits, int processes) => Prop.ForAll(
        Gen.Choose(1, 5).ToArbitrary(), Gen.Choose(0, 700).ArrayOf().ToArbitrary(), (rate, gaps) =>
        {
            using var rig = new LimitRig(limits, processes);

            // A grant by another process is noticed at the next look, so its run starts that much later.
            const int step = 50;
            TimeSpan late = processes == 1 ? TimeSpan.Zero : PolledChanges.LookEvery + TimeSpan.FromMilliseconds(step);
            rig.Table.Set("api", null, rate);
            List<DateTimeOffset> starts = [];
            int asked = 0;
            foreach (int gap in gaps)
            {
                Advance(gap);
                for (int i = 0; i < 1 + (gap % 3); i++)
                {
                    asked++;
                    LimitLease lease = rig.Tables[asked % processes].Request(["api"], Note);
                    if (lease.IsGranted)
                    {
                        Note();
                    }
                }
            }

            for (int i = 0; i < asked && starts.Count < asked; i++)
            {
                Advance(1000);
            }

            Assert.Equal(asked, starts.Count);
            for (int i = rate; i < starts.Count; i++)
            {
                Assert.InRange(starts[i] - starts[i - rate], TimeSpan.FromSeconds(1) - late, TimeSpan.MaxValue);
            }

            // In steps: a clock that jumps is only noticed at the end of its jump.
            void Advance(int milliseconds)
            {
                for (; milliseconds > 0; milliseconds -= step)
                {
                    rig.Time.Advance(TimeSpan.FromMilliseconds(Math.Min(step, milliseconds)));
                }
            }

            void Note() => starts.Add(rig.Time.GetUtcNow());
        });
}
