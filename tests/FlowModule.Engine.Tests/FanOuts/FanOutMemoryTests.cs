using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.FanOuts;

public class FanOutMemoryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_hundred_thousand_runs_leave_nothing_behind(bool keepOrder)
    {
        FlowRun parent = new TestFlow().Run();
        parent.TryStart();
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = 4, KeepOrder = keepOrder }, run => new RunOutcome([run.Index]), parent);
        int states = 0;
        new TestThread(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                while (!rig.FanOut.HasRoom())
                {
                    Read(wait: true);
                }

                rig.Add();
                Read(wait: false);
            }

            rig.FanOut.CompleteAdding();
            while (!rig.FanOut.IsFinished)
            {
                Read(wait: true);
            }

            Read(wait: false);
        }).Join();

        Assert.Equal(100_000, states);
        Assert.Equal(100_000, parent.CurrentAttempt.Children.Completed);
        Assert.All(Collections(rig.FanOut), collection => Assert.True(collection.Held == 0, $"{collection.Name} holds {collection.Held}."));
        Assert.All(Collections(parent), collection => Assert.True(collection.Held <= 3, $"{collection.Name} holds {collection.Held}."));

        void Read(bool wait)
        {
            rig.Read(wait);
            states += rig.States.Count();
            rig.Outputs.Clear();
        }
    }

    [Fact]
    public void A_run_that_has_ended_is_let_go_once_its_state_was_read()
    {
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = 2 }, _ => RunOutcome.Nothing);
        WeakReference[] runs = RunSome(rig);

        // The last run may stay alive on the stack of its thread until the worker takes another.
        Wait.Until(() =>
        {
            GC.Collect();
            return !runs.Any(run => run.IsAlive);
        });
        GC.KeepAlive(rig);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] RunSome(FanOutRig rig)
    {
        WeakReference[] runs = [.. Enumerable.Range(0, 50).Select(_ =>
        {
            FlowRun run = rig.NewRun();
            run.TimeoutSeconds = 3600;
            Assert.False(run.CancellationToken.IsCancellationRequested);
            rig.FanOut.Add(run);
            return new WeakReference(run);
        })];
        rig.Complete();
        rig.Outputs.Clear();
        return runs;
    }

    /// <summary>The collections in an object and its parts, with the number of their items.</summary>
    private static IEnumerable<(string Name, int Held)> Collections(object owner) =>
        from field in owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        let value = field.GetValue(owner)
        from found in value switch
        {
            List<Lane> lanes => lanes.SelectMany(Collections),
            PriorityQueue<FlowRun, (int, int)> queue => [(field.Name, queue.Count)],
            ICollection collection => [(field.Name, collection.Count)],
            HashSet<FlowRun> set => [(field.Name, set.Count)],
            HashSet<IRunDependent> set => [(field.Name, set.Count)],
            OpenRuns or LaneQueue or FanOutOutcome or FinalStateOrder or OutputQueue => Collections(value),
            _ => Enumerable.Empty<(string, int)>(),
        }
        select found;
}
