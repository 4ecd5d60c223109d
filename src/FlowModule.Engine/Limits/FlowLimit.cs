namespace FlowModule;

/// <summary>
/// A named limit that runs share: how many of them may run at once, and how many may start in a second. The properties show the
/// current values; cmdlets create, change and remove it.
/// </summary>
public sealed class FlowLimit
{
    private volatile int _maxConcurrency;
    private volatile int _perSecond;
    private volatile int _active;
    private volatile int _waiting;

    private readonly Action<FlowLimit>? _look;

    /// <param name="name">The limit's name.</param>
    /// <param name="look">Updates the numbers before each is read; null if the owner updates them.</param>
    internal FlowLimit(string name, Action<FlowLimit>? look = null)
    {
        Name = name;
        _look = look;
    }

    /// <summary>The limit's name. Not case-sensitive.</summary>
    public string Name { get; }

    /// <summary>How many runs may hold a slot at once. Null: any number.</summary>
    public int? MaxConcurrency
    {
        get => Look()._maxConcurrency is > 0 and int value ? value : null;
        internal set => _maxConcurrency = value ?? 0;
    }

    /// <summary>How many runs may start within any one second. Null: any number.</summary>
    public int? PerSecond
    {
        get => Look()._perSecond is > 0 and int value ? value : null;
        internal set => _perSecond = value ?? 0;
    }

    /// <summary>How many runs hold a slot now. More than <see cref="MaxConcurrency"/> only for a while after the limit was lowered.</summary>
    public int Active
    {
        get => Look()._active;
        internal set => _active = value;
    }

    /// <summary>How many runs wait for this limit now; they may also wait for others.</summary>
    public int Waiting
    {
        get => Look()._waiting;
        internal set => _waiting = value;
    }

    /// <summary>The last known values, without an update.</summary>
    internal (int? MaxConcurrency, int? PerSecond) Known => (_maxConcurrency > 0 ? _maxConcurrency : null, _perSecond > 0 ? _perSecond : null);

    private FlowLimit Look()
    {
        _look?.Invoke(this);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
