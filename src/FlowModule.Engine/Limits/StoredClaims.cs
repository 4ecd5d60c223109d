using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>
/// The claims of this process on the limits of a history: keeps them and their rows in sync, and moves them to this process's own limits when the
/// history is in trouble. Used under the table's lock.
/// </summary>
/// <param name="history">The history.</param>
/// <param name="limits">The limits as this process knows them.</param>
/// <param name="due">Is told after how many microseconds a claim can be granted although nothing changes.</param>
internal sealed class StoredClaims(IStoreAccess history, KnownLimits limits, Action<long> due)
{
    /// <summary>The claims with rows in the history, by number.</summary>
    private readonly Dictionary<long, StoredClaim> _claims = [];

    /// <summary>Released claims whose rows could not be removed at that time.</summary>
    private readonly List<long> _leftBehind = [];

    /// <summary>The store that the claims are in sync with.</summary>
    private IHistoryStore? _store;
    private int _waiting;

    /// <summary>Whether a claim waits for the history.</summary>
    internal bool IsAnyWaiting => _waiting > 0;

    /// <summary>Whether rows of released claims must still be removed.</summary>
    internal bool MustRemoveRows => _leftBehind.Count > 0;

    /// <summary>The number of a claim that waits.</summary>
    internal long FirstWaiting => _claims.First(static entry => entry.Value.IsWaiting).Key;

    /// <summary>Runs a command on the store; returns null if the history is in trouble and nothing was done.</summary>
    internal LimitAnswer? TryUse(ref List<Action>? calls, LimitCommand command) => TryUse(ref calls, [command]) is [var answer] ? answer : null;

    /// <summary>The same, for several commands. Returns the answer of each.</summary>
    internal LimitAnswer[]? TryUse(ref List<Action>? calls, LimitCommand[] commands)
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

    /// <summary>Whether the claims are in sync with another store than the history has now. Null if the history is in trouble.</summary>
    internal bool? IsOutOfSync()
    {
        bool isOther = false;
        return history.TryUse(store => isOther = !ReferenceEquals(store, _store)) ? isOther : null;
    }

    /// <summary>The rows may be gone: another process has declared this one dead. They are restored at the next use.</summary>
    internal void ExpectLoss() => _store = null;

    /// <summary>The claim has rows of this number; 0: none.</summary>
    internal void Keep(StoredClaim claim, long number)
    {
        claim.Number = number;
        if (number != 0)
        {
            _claims[number] = claim;
        }
    }

    internal void Forget(StoredClaim claim)
    {
        _claims.Remove(claim.Number);
        claim.Number = 0;
    }

    internal void Move(StoredClaim claim, LimitClaimState state, Action? granted = null)
    {
        _waiting -= claim.IsWaiting ? 1 : 0;
        claim.Become(state, state == LimitClaimState.Held ? null : granted);
        _waiting += claim.IsWaiting ? 1 : 0;
    }

    /// <summary>The rows of this number are removed as soon as the history can be used.</summary>
    internal void RemoveLater(long number) => _leftBehind.Add(number);

    /// <summary>Moves a claim that the history cannot serve now to this process's own limits.</summary>
    internal LimitTable LeaveBehind(StoredClaim claim)
    {
        _waiting -= claim.IsWaiting ? 1 : 0;
        if (claim.Number != 0)
        {
            _leftBehind.Add(claim.Number);
            Forget(claim);
        }

        return limits.OwnFor(claim.Limits);
    }

    /// <summary>Moves waiting claims to this process's own limits while the history is in trouble, because they would wait forever.</summary>
    internal void FallBack(ref List<Action>? calls)
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

    private (LimitAnswer[] Answers, IReadOnlyList<long> Granted) Do(IHistoryStore store, LimitCommand[] commands)
    {
        int left = _leftBehind.Count;
        LimitOutcome outcome = store.Limits.Do([.. _leftBehind.Select(number => new LimitCommand.GiveUp(number)), .. commands]);
        _leftBehind.Clear();
        if (outcome.Due is { } microseconds)
        {
            due(microseconds);
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
}
