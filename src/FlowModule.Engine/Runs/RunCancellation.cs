namespace FlowModule.Engine.Runs;

/// <summary>The token of an attempt, which is made when it is first asked for.</summary>
internal struct RunCancellation
{
    private CancellationTokenSource? _source;

    /// <summary>The token. Under the run's gate.</summary>
    internal CancellationToken Token(bool isStopped)
    {
        if (_source is null)
        {
            // Nobody disposes it: the user's code may keep the token for longer than the run.
            var source = new CancellationTokenSource();
            _source = source;
            if (isStopped)
            {
                source.Cancel();
            }
        }

        return _source.Token;
    }

    /// <summary>Fires the token. Listeners are the user's code and may block, so they are called on another thread.</summary>
    internal readonly void Fire()
    {
        if (_source is not null)
        {
            _ = CancelQuietlyAsync(_source);
        }
    }

    /// <summary>Listeners of the token may throw. The run is already stopping, so the errors are ignored.</summary>
    private static async Task CancelQuietlyAsync(CancellationTokenSource source) =>
        await source.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
