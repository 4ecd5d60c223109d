namespace FlowModule;

/// <summary>
/// A limit by name that runs share: how many of them may be at work at once, and how many may start in a second. Shows the
/// limit as it is now; it is made, changed and removed by its cmdlets.
/// </summary>
public sealed class FlowLimit
{
    private volatile int _maxConcurrency;
    private volatile int _perSecond;
    private volatile int _active;
    private volatile int _waiting;

    internal FlowLimit(string name) => Name = name;

    /// <summary>The limit's name. Case does not matter.</summary>
    public string Name { get; }

    /// <summary>How many runs may hold a slot at once. Null: any number.</summary>
    public int? MaxConcurrency
    {
        get => _maxConcurrency is > 0 and int value ? value : null;
        internal set => _maxConcurrency = value ?? 0;
    }

    /// <summary>How many runs may start within any one second. Null: any number.</summary>
    public int? PerSecond
    {
        get => _perSecond is > 0 and int value ? value : null;
        internal set => _perSecond = value ?? 0;
    }

    /// <summary>How many runs hold a slot now. More than <see cref="MaxConcurrency"/> only while a lowered limit has not been reached yet.</summary>
    public int Active
    {
        get => _active;
        internal set => _active = value;
    }

    /// <summary>How many runs wait for this limit now, perhaps for others too.</summary>
    public int Waiting
    {
        get => _waiting;
        internal set => _waiting = value;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
