using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests.Faults;

public sealed class KilledProcessTests
{
    private const int Files = 2;
    private const int ProcessesAtOnce = 2;
    private const int LongestLife = 150;

    [Fact]
    public void ProcessesAreKilledWhileTheyWriteAndNothingThatWasToldIsLost() => KillAndLook(seed: 0, rounds: 3);

    [Fact]
    [Trait("Category", "Long")]
    public void AHundredProcessesAreKilledWhileTheyWriteAndNothingThatWasToldIsLost() =>
        Parallel.For(0, Files, new ParallelOptions { MaxDegreeOfParallelism = Files }, seed => KillAndLook(seed, rounds: 25));

    private static void KillAndLook(int seed, int rounds)
    {
        var random = new Random(seed);
        using var file = new TestFile();
        var ended = new List<Guid>();
        for (int round = 0; round < rounds; round++)
        {
            WritingProcess[] processes = [.. Enumerable.Range(0, ProcessesAtOnce).Select(_ => new WritingProcess(file.Path, count: 0))];
            try
            {
                Array.ForEach(processes, process => process.UntilReady().Go());
                foreach (WritingProcess process in processes)
                {
                    process.UntilFirstEnd();

                    // Any moment is a valid test.
                    Thread.Sleep(random.Next(LongestLife));
                    process.Kill();
                    ended.AddRange(process.Ended);
                }
            }
            finally
            {
                Array.ForEach(processes, process => process.Dispose());
            }

            FileCheck.IsSound(file.Path, ended);
        }

        // Most were found by the processes that came after them.
        file.History.SweepCrashed(isUrgent: true);
        Assert.Equal(rounds * ProcessesAtOnce, file.Ask($"SELECT count(*) FROM run WHERE parent IS NULL AND type = {(int)StateType.Crashed}"));
        FileCheck.IsSound(file.Path, ended);
    }
}
