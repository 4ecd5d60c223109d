namespace FlowModule.Engine.Tests.Limits;

/// <summary>The rules of limits in their simplest form: after each change, every waiting request is examined, in order.</summary>
internal sealed class LimitModel
{
    private readonly List<Claim> _waiting = [];
    private readonly List<Claim> _reclaiming = [];
    private readonly Dictionary<string, Limit> _limits = [];

    internal enum State
    {
        Waiting,
        Held,
        Lent,
        Reclaiming,
        Over,
    }

    internal sealed class Limit
    {
        internal int? Max { get; set; }

        internal int? PerSecond { get; set; }

        internal int Active { get; set; }

        internal bool Removed { get; set; }

        /// <summary>The times of its grants, in milliseconds, while it had a rate.</summary>
        internal List<int> Grants { get; } = [];

        internal bool HasRoom(bool isReclaim, int now) =>
            (Max is null || Active < Max)
            && (isReclaim || PerSecond is null || Grants.Count(time => time > now - 1000) < PerSecond);
    }

    internal sealed class Claim(Limit[] limits)
    {
        internal IEnumerable<Limit> Limits => limits.Where(limit => !limit.Removed);

        internal State State { get; set; }
    }

    internal int Now { get; set; }

    internal Limit? Find(string name) => _limits.GetValueOrDefault(name);

    internal int Waiting(Limit limit) => _waiting.Concat(_reclaiming).Count(claim => claim.Limits.Contains(limit));

    internal void Set(string name, int? max, int? perSecond)
    {
        if (!_limits.TryGetValue(name, out Limit? limit))
        {
            _limits.Add(name, limit = new Limit());
        }

        (limit.Max, limit.PerSecond) = (max, perSecond);
        if (perSecond is null)
        {
            limit.Grants.Clear();
        }
    }

    internal void Remove(string name)
    {
        if (_limits.Remove(name, out Limit? limit))
        {
            limit.Removed = true;
        }
    }

    internal Claim Request(string[] names)
    {
        var claim = new Claim([.. names.Select(Find).OfType<Limit>().Distinct()]);
        _waiting.Add(claim);
        return claim;
    }

    internal void GiveUp(Claim claim) => Leave(claim, State.Over);

    internal void Lend(Claim claim)
    {
        if (claim.State is State.Held or State.Reclaiming)
        {
            Leave(claim, State.Lent);
        }
    }

    internal void Reclaim(Claim claim)
    {
        if (claim.State == State.Lent)
        {
            claim.State = State.Reclaiming;
            _reclaiming.Add(claim);
        }
    }

    internal void Settle()
    {
        HashSet<Limit> blocked = [];
        foreach (Claim claim in _reclaiming.Concat(_waiting).ToArray())
        {
            bool isReclaim = claim.State == State.Reclaiming;
            if (claim.Limits.Any(limit => blocked.Contains(limit) || !limit.HasRoom(isReclaim, Now)))
            {
                blocked.UnionWith(claim.Limits);
                continue;
            }

            Leave(claim, State.Held);
            foreach (Limit limit in claim.Limits)
            {
                limit.Active++;
                if (!isReclaim && limit.PerSecond is not null)
                {
                    limit.Grants.Add(Now);
                }
            }
        }
    }

    private void Leave(Claim claim, State next)
    {
        if (claim.State == State.Held)
        {
            foreach (Limit limit in claim.Limits)
            {
                limit.Active--;
            }
        }

        _waiting.Remove(claim);
        _reclaiming.Remove(claim);
        claim.State = next;
    }
}
