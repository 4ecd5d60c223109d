using System.Diagnostics.CodeAnalysis;

namespace FlowModule.Engine.Storage;

/// <summary>
/// Secrets that were read from vaults. Each is asked for once, until somebody says that it is refused: it may have been changed since. A vault that still has
/// the refused one is not asked all the time; and one that does not answer holds up only those who want its secret, and not for long.
/// </summary>
/// <param name="ask">Asks a vault. It is to give up when the token is cancelled.</param>
/// <param name="time">The clock.</param>
internal sealed class SecretCache(Func<string, CancellationToken, string> ask, TimeProvider time)
{
    /// <summary>How long a vault has to answer. Loading its module takes seconds on a busy machine.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>How soon after an answer a vault is asked again because the answer is refused: who tries to connect all the time need not ask as often.</summary>
    internal static readonly TimeSpan AskEach = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly Dictionary<string, Question> _questions = new(StringComparer.Ordinal);

    /// <summary>Returns a secret.</summary>
    /// <param name="secret">What it is called.</param>
    /// <param name="refused">What it was when it was refused; null if it was not used before.</param>
    /// <exception cref="HistoryException">It cannot be read.</exception>
    internal string Read(string secret, string? refused)
    {
        Question? question;
        lock (_gate)
        {
            if (!_questions.TryGetValue(secret, out question) || !question.Serves(refused))
            {
                _questions[secret] = question = new Question(secret, ask, time);
            }
        }

        return question.Wait();
    }

    /// <summary>One question to a vault, for all who want its answer.</summary>
    [SuppressMessage("Design", "CA1001", Justification = "The source of cancellation has neither a timer nor a handle, and may be cancelled as long as somebody waits.")]
    private sealed class Question
    {
        private readonly CancellationTokenSource _end = new();
        private readonly string _secret;
        private readonly TimeProvider _time;
        private readonly long _begin;
        private readonly Task<string> _answer;
        private long _answered;

        internal Question(string secret, Func<string, CancellationToken, string> ask, TimeProvider time)
        {
            _secret = secret;
            _time = time;
            _begin = time.GetTimestamp();

            // A thread of its own: what waits for a vault must not take those of others.
            _answer = Task.Factory.StartNew(Answer, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

            string Answer()
            {
                string answer = ask(secret, _end.Token);
                _answered = time.GetTimestamp();
                return answer;
            }
        }

        /// <summary>
        /// Whether its answer is to be used: not one that failed, or that the server has refused, if the vault may have another one by now. While it is open, no
        /// second one is asked.
        /// </summary>
        internal bool Serves(string? refused) =>
            !_answer.IsCompleted || (_answer.IsCompletedSuccessfully && (refused is null || _answer.Result != refused || _time.GetElapsedTime(_answered) < AskEach));

        internal string Wait()
        {
            TimeSpan left = Limit - _time.GetElapsedTime(_begin);

            // No exception decides: the answer may come while one is thrown.
            ((Task)_answer).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            if (_answer.IsCompleted)
            {
                return _answer.GetAwaiter().GetResult();
            }

            _ = _end.CancelAsync();
            throw StoreSecrets.Unreadable(_secret, $"the vault has not answered for {Limit.TotalSeconds:0} seconds.", inner: null);
        }
    }
}
