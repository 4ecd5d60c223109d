using FlowModule.Engine.States;

namespace FlowModule.Engine.Tests.Support;

/// <summary>The legal sequences of a run's states.</summary>
internal static class LegalPath
{
    internal static void Assert(FlowRun run)
    {
        string[] names = [.. run.States.Select(state => state.Name)];
        string path = string.Join(' ', names);
        int i = 0;
        Xunit.Assert.True(Next("Pending"), path);
        Next(StateNames.AwaitingConcurrencySlot);
        bool isRunning = Next("Running");
        int attempts = isRunning ? 1 : 0;
        while (isRunning && Next(StateNames.AwaitingRetry))
        {
            Next(StateNames.AwaitingConcurrencySlot);
            isRunning = Next(StateNames.Retrying);
            attempts += isRunning ? 1 : 0;
        }

        // A user's stop may come at any point; then no other end is legal.
        bool isStopping = Next("Cancelling");
        FlowState final = run.States[^1];
        Xunit.Assert.True(i == names.Length - 1, path);
        Xunit.Assert.True(final.IsFinal || final.Name == StateNames.NotReady, path);
        Xunit.Assert.True(isStopping ? final.Type == StateType.Cancelled : isRunning || final.Name is StateNames.Cached or StateNames.NotReady, path);
        Xunit.Assert.True(attempts <= run.Policy.Retry.Count + 1, path);

        bool Next(string name)
        {
            bool isNext = i < names.Length && names[i] == name;
            i += isNext ? 1 : 0;
            return isNext;
        }
    }
}
