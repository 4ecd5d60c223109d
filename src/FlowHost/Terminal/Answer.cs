using System.Management.Automation;

namespace FlowModule.FlowHost.Terminal;

/// <summary>Waits for a user's answer, but no longer than the script may run.</summary>
internal static class Answer
{
    /// <summary>Returns the result of <paramref name="question"/>, or throws its exception.</summary>
    /// <exception cref="PipelineStoppedException"><paramref name="stopping"/> was cancelled before there was an answer.</exception>
    public static T Wait<T>(Func<T> question, CancellationToken stopping)
    {
        // A read of the console cannot be cancelled: it stays on a pool thread, which does not block the exit.
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
            // The next line rethrows it.
        }

        return answer.GetAwaiter().GetResult();
    }
}
