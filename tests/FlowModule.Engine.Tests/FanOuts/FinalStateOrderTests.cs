using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.FanOuts;

public class FinalStateOrderTests
{
    private static readonly TestFlow Flow = new();

    /// <summary>The final states of runs 0 to n-1, in the random order of their ends.</summary>
    private static Arbitrary<(int Index, FlowState State)[]> Endings =>
        (from count in Gen.Choose(0, 40)
         from types in Gen.Elements(StateType.Completed, StateType.Completed, StateType.Failed, StateType.Cancelled).ArrayOf(count)
         from order in Gen.Shuffle(Enumerable.Range(0, count))
         select order.Select(index => (index, Flow.StateOf(types[index]))).ToArray()).ToArbitrary();

    private static (List<FlowState> Emitted, int Won) Play(FanOutOptions options, (int Index, FlowState State)[] endings)
    {
        var order = new FinalStateOrder(options);
        List<FlowState> emitted = [];
        int won = 0;
        foreach ((int index, FlowState state) in endings)
        {
            List<FlowState>? ready = null;
            won += order.Add(index, state, ref ready) ? 1 : 0;
            emitted.AddRange(ready ?? []);
        }

        List<FlowState>? rest = null;
        order.Flush(ref rest);
        emitted.AddRange(rest ?? []);
        Assert.Equal(0, order.HeldBack);
        return (emitted, won);
    }

    [Property]
    public Property States_come_out_as_they_come_in() => Prop.ForAll(Endings, endings =>
        Assert.Equal(endings.Select(ending => ending.State), Play(new FanOutOptions(), endings).Emitted));

    [Property]
    public Property In_order_they_come_out_by_their_index_whatever_the_order_they_ended_in() => Prop.ForAll(Endings, endings =>
        Assert.Equal(endings.OrderBy(ending => ending.Index).Select(ending => ending.State), Play(new FanOutOptions { KeepOrder = true }, endings).Emitted));

    [Property]
    public Property In_order_none_is_held_back_once_those_before_it_are_out() => Prop.ForAll(Endings, endings =>
    {
        var order = new FinalStateOrder(new FanOutOptions { KeepOrder = true });
        HashSet<int> seen = [];
        int emitted = 0;
        foreach ((int index, FlowState state) in endings)
        {
            List<FlowState>? ready = null;
            order.Add(index, state, ref ready);
            seen.Add(index);
            emitted += ready?.Count ?? 0;
            Assert.Equal(Enumerable.Range(0, endings.Length + 1).First(next => !seen.Contains(next)), emitted);
            Assert.Equal(seen.Count - emitted, order.HeldBack);
        }
    });

    [Property]
    public Property A_race_gives_the_first_to_complete_or_if_it_cannot_be_won_all() => Prop.ForAll(Endings, Gen.Choose(1, 10).ToArbitrary(), (endings, first) =>
    {
        (List<FlowState> emitted, int won) = Play(new FanOutOptions { First = first }, endings);

        FlowState[] completed = [.. endings.Select(ending => ending.State).Where(state => state.IsCompleted)];
        if (completed.Length >= first)
        {
            Assert.Equal(completed.Take(first), emitted);
            Assert.Equal(1, won);
        }
        else
        {
            Assert.Equal(completed.Concat(endings.Select(ending => ending.State).Where(state => !state.IsCompleted)), emitted);
            Assert.Equal(0, won);
        }
    });

    [Fact]
    public void In_order_what_waits_for_one_that_never_comes_is_given_at_the_end()
    {
        FlowState two = Flow.StateOf(StateType.Completed), three = Flow.StateOf(StateType.Failed);

        Assert.Equal([two, three], Play(new FanOutOptions { KeepOrder = true }, [(3, three), (2, two)]).Emitted);
    }
}
