using FlowModule.Engine.Runs;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.FanOuts;

public class OutputQueueTests
{
    private readonly FlowRun _run = new TestFlow().Run();
    private List<RunOutput> _batch = [];

    private List<object> Read(OutputQueue queue, bool wait = false)
    {
        queue.Read(ref _batch, wait);
        List<object> records = [.. _batch.Select(output => output.Record)];
        _batch.Clear();
        return records;
    }

    private OutputQueue Full(params object[] records)
    {
        var queue = new OutputQueue(records.Length);
        Array.ForEach(records, record => queue.Write(new RunOutput(_run, record)));
        return queue;
    }

    [Fact]
    public void What_is_written_is_read_in_order_and_once()
    {
        OutputQueue queue = Full("a", "b", "c");
        Assert.Equal(3, queue.Count);

        Assert.Equal(["a", "b", "c"], Read(queue));
        Assert.Empty(Read(queue));
        queue.Write(new RunOutput(_run, "d"));
        Assert.Equal(["d"], Read(queue, wait: true));
    }

    [Fact]
    public void A_writer_waits_when_the_queue_is_full_and_goes_on_when_it_is_read()
    {
        OutputQueue queue = Full("a", "b");
        var writer = new TestThread(() => queue.Write(new RunOutput(_run, "c")));
        writer.UntilBlocked();
        Assert.Equal(2, queue.Count);

        Assert.Equal(["a", "b"], Read(queue));
        writer.Join();

        Assert.Equal(["c"], Read(queue));
    }

    [Fact]
    public void A_worker_that_waits_for_room_before_it_takes_a_run_goes_on_when_there_is_some()
    {
        OutputQueue queue = Full("a");
        var worker = new TestThread(queue.WaitForRoom);
        worker.UntilBlocked();

        Read(queue);

        worker.Join();
    }

    [Fact]
    public void A_final_state_is_written_without_waiting()
    {
        OutputQueue queue = Full("a");

        queue.WriteNow(new RunOutput(_run, "b"));

        Assert.Equal(["a", "b"], Read(queue));
    }

    [Fact]
    public void A_run_that_is_stopping_does_not_wait_to_write()
    {
        OutputQueue queue = Full("a");
        _run.Stop(TestErrors.Cancel);

        queue.Write(new RunOutput(_run, "b"));

        Assert.Equal(["a", "b"], Read(queue));
    }

    [Fact]
    public void A_signal_lets_the_writers_of_stopped_runs_go_and_no_others()
    {
        FlowRun other = new TestFlow().Run();
        OutputQueue queue = Full("a");
        var stopped = new TestThread(() => queue.Write(new RunOutput(_run, "stopped")));
        var waiting = new TestThread(() => queue.Write(new RunOutput(other, "waiting")));
        stopped.UntilBlocked();
        waiting.UntilBlocked();

        _run.Stop(TestErrors.Cancel);
        queue.Signal();
        stopped.Join();
        waiting.UntilBlocked();
        Assert.Equal(["a", "stopped"], Read(queue));
        waiting.Join();

        Assert.Equal(["waiting"], Read(queue));
    }

    [Fact]
    public void After_StopWaiting_writers_go_on_and_nothing_is_dropped()
    {
        OutputQueue queue = Full("a");
        var writer = new TestThread(() => queue.Write(new RunOutput(_run, "b")));
        var taker = new TestThread(queue.WaitForRoom);
        writer.UntilBlocked();
        taker.UntilBlocked();

        queue.StopWaiting();
        writer.Join();
        taker.Join();
        queue.Write(new RunOutput(_run, "c"));

        Assert.Equal(["a", "b", "c"], Read(queue));
    }

    [Fact]
    public void After_Close_writers_go_on_and_everything_is_dropped()
    {
        OutputQueue queue = Full("a");
        var writer = new TestThread(() => queue.Write(new RunOutput(_run, "b")));
        writer.UntilBlocked();

        queue.Close();
        writer.Join();
        queue.WriteNow(new RunOutput(_run, "c"));

        Assert.Empty(Read(queue));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void A_reader_waits_for_an_item()
    {
        var queue = new OutputQueue(1);
        List<object> records = [];
        var reader = new TestThread(() => records = Read(queue, wait: true));
        reader.UntilBlocked();

        queue.Write(new RunOutput(_run, "a"));
        reader.Join();

        Assert.Equal(["a"], records);
    }

    [Fact]
    public void A_signal_wakes_the_reader_once_also_when_it_comes_first()
    {
        var queue = new OutputQueue(1);
        var reader = new TestThread(() => Read(queue, wait: true));
        reader.UntilBlocked();
        queue.Signal();
        reader.Join();

        queue.Signal();
        Assert.Empty(Read(queue, wait: true));
        var again = new TestThread(() => Read(queue, wait: true));
        again.UntilBlocked();
        queue.Signal();
        again.Join();
    }

    [Theory]
    [InlineData(1, 2, 3_000)]
    [InlineData(7, 8, 3_000)]
    [InlineData(512, 4, 20_000)]
    public void Many_writers_lose_nothing_and_each_keeps_its_order(int capacity, int writers, int each)
    {
        var queue = new OutputQueue(capacity);
        TestThread[] threads = [.. Enumerable.Range(0, writers).Select(writer => new TestThread(() =>
        {
            for (int i = 0; i < each; i++)
            {
                queue.Write(new RunOutput(_run, (writer, i)));
            }
        }))];
        int[] next = new int[writers];
        int longest = 0;
        var reader = new TestThread(() =>
        {
            for (int left = writers * each; left > 0;)
            {
                List<object> records = Read(queue, wait: true);
                longest = Math.Max(longest, records.Count);
                left -= records.Count;
                foreach ((int writer, int i) in records.Cast<(int, int)>())
                {
                    Assert.Equal(next[writer]++, i);
                }
            }
        });
        reader.Join();
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(next, count => Assert.Equal(each, count));
        Assert.InRange(longest, 1, capacity);
        Assert.Equal(0, queue.Count);
    }
}
