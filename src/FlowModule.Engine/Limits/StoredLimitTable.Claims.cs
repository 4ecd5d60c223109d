using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <content>Keeps this process's claims and their rows in sync, and handles a history in trouble.</content>
internal sealed partial class StoredLimitTable
{
    private const double MicrosecondsPerSecond = 1_000_000;

    /// <summary>The claims with rows in the history, by number.</summary>
    private readonly Dictionary<long, StoredClaim> _claims = [];

    /// <summary>The limits within this process, used while the history is in trouble.</summary>
    private readonly LimitTable _own = new(history.Time);

    /// <summary>Released claims whose rows could not be removed at that time.</summary>
    private readonly List<long> _leftBehind = [];

    /// <summary>The store that the claims are in sync with.</summary>
    private IHistoryStore? _store;
    private int _waiting;

    /// <summary>Runs a command on the store; returns null if the history is in trouble and nothing was done.</summary>
    private LimitAnswer? TryUse(ref List<Action>? calls, LimitCommand command) => TryUse(ref calls, [command]) is [var answer] ? answer : null;

    /// <summary>The same, for several commands. Returns the answer of each.</summary>
    private LimitAnswer[]? TryUse(ref List<Action>? calls, LimitCommand[] commands)
    {
        List<StoredClaim> granted = [];
        LimitAnswer[]? answers = null;
        bool isDone = history.TryChange(store =>
        {
            if (!ReferenceEquals(store, _store))
            {
                Restore(store, granted);
            }

            (answers, IReadOnlyList<long> numbers) = Do(store, commands);
            granted.AddRange(Claims(numbers));
        });

        foreach (StoredClaim claim in granted.Where(claim => claim.IsWaiting))
        {
            CallQueue.Add(ref calls, claim.TakeCall());
            Move(claim, LimitClaimState.Held);
        }

        return isDone ? answers : null;
    }

    private (LimitAnswer[] Answers, IReadOnlyList<long> Granted) Do(IHistoryStore store, LimitCommand[] commands)
    {
        int left = _leftBehind.Count;
        LimitOutcome outcome = store.Limits.Do([.. _leftBehind.Select(number => new LimitCommand.GiveUp(number)), .. commands]);
        _leftBehind.Clear();
        if (outcome.Due is { } due)
        {
            _due = Earlier(_due, After(due / MicrosecondsPerSecond));
        }

        return ([.. outcome.Answers.Skip(left)], outcome.Granted);
    }

    private IEnumerable<StoredClaim> Claims(IReadOnlyList<long> numbers) => numbers.Select(number => _claims.GetValueOrDefault(number)).OfType<StoredClaim>();

    /// <summary>Restores missing rows after the store was replaced or has lost them, so that no claim waits forever.</summary>
    private void Restore(IHistoryStore store, List<StoredClaim> granted)
    {
        StoredClaim[] claims = [.. _claims.Values.OrderBy(claim => claim.Number)];
        (LimitAnswer[] answers, IReadOnlyList<long> numbers) = Do(
            store, [.. claims.Select(claim => new LimitCommand.Keep(claim.Number, claim.State, claim.Limits)), new LimitCommand.Look()]);

        // All claims are removed first, because the new number of one may be the old number of another.
        Array.ForEach(claims, Forget);
        foreach ((StoredClaim claim, LimitAnswer answer) in claims.Zip(answers))
        {
            Keep(claim, answer.Claim);
            if (answer.Claim == 0)
            {
                // None of its limits exists any more, so it need not wait.
                granted.Add(claim);
            }
        }

        granted.AddRange(Claims(numbers));
        _store = store;
    }

    private void Keep(StoredClaim claim, long number)
    {
        claim.Number = number;
        if (number != 0)
        {
            _claims[number] = claim;
        }
    }

    private void Forget(StoredClaim claim)
    {
        _claims.Remove(claim.Number);
        claim.Number = 0;
    }

    private void Move(StoredClaim claim, LimitClaimState state, Action? granted = null)
    {
        _waiting -= claim.IsWaiting ? 1 : 0;
        claim.Become(state, state == LimitClaimState.Held ? null : granted);
        _waiting += claim.IsWaiting ? 1 : 0;
    }

    /// <summary>Moves a claim that the history cannot serve now to this process's own limits.</summary>
    private LimitTable LeaveBehind(StoredClaim claim)
    {
        _waiting -= claim.IsWaiting ? 1 : 0;
        if (claim.Number != 0)
        {
            _leftBehind.Add(claim.Number);
            Forget(claim);
        }

        return OwnFor(claim);
    }

    /// <summary>Moves waiting claims to this process's own limits while the history is in trouble, because they would wait forever.</summary>
    private void FallBack(ref List<Action>? calls)
    {
        foreach (StoredClaim claim in _claims.Values.Where(claim => claim.IsWaiting).OrderByDescending(claim => claim.State).ThenBy(claim => claim.Number).ToArray())
        {
            Action granted = claim.TakeCall();
            if (claim.FallBack(LeaveBehind(claim), granted))
            {
                CallQueue.Add(ref calls, granted);
            }
        }
    }

    private LimitTable OwnFor(StoredClaim claim)
    {
        Array.ForEach(claim.Limits, name => FindOwn(name));
        return _own;
    }

    /// <summary>Returns this process's own limit, with the last known settings. An unknown limit allows one slot, which is the safe choice.</summary>
    private FlowLimit FindOwn(string name)
    {
        if (_own.Find(name) is { } own)
        {
            return own;
        }

        (int? maxConcurrency, int? perSecond) = _limits.TryGetValue(name, out FlowLimit? known) ? known.Known : (1, null);
        return _own.Set(name, maxConcurrency, perSecond);
    }
}
