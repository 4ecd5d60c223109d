using System.Management.Automation;

namespace FlowModule.FlowHost.Terminal;

/// <summary>Waits for a person's answer, but not longer than the script may go on.</summary>
internal static class Answer
{
    /// <summary>Returns what <paramref name="question"/> returns, or throws what it throws.</summary>
    /// <exception cref="PipelineStoppedException"><paramref name="stopping"/> fired before there was an answer.</exception>
    public static T Wait<T>(Func<T> question, CancellationToken stopping)
    {
        // A read of the console cannot be called off: it is left behind on a pool thread, which holds up no exit.
        Task<T> answer = Task.Run(question, CancellationToken.None);
        try
        {
            answer.Wait(stopping);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (AggregateException)
        {
            // Thrown by the next line, as it was.
        }

        return answer.GetAwaiter().GetResult();
    }
}
