using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>What is done on a line, in its turn.</summary>
/// <param name="action">What is done.</param>
internal sealed class PgLineWork(Func<NpgsqlConnection, Task> action)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Done => _done.Task;

    internal async Task Do(NpgsqlConnection connection)
    {
        try
        {
            await action(connection).ConfigureAwait(false);
            _done.SetResult();
        }
        catch (Exception exception)
        {
            _done.SetException(exception);
            throw;
        }
    }

    internal void Fail(Exception exception) => _done.TrySetException(exception);
}
