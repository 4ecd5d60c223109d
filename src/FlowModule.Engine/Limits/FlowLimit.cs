namespace FlowModule;

/// <summary>
/// A limit by name that runs share: how many of them may be at work at once, and how many may start in a second. Shows the
/// limit as it is whenever it is looked at; it is made, changed and removed by its cmdlets.
/// </summary>
public sealed class FlowLimit
{
    private volatile int _maxConcurrency;
    private volatile int _perSecond;
    private volatile int _active;
    private volatile int _waiting;

    private readonly Action<FlowLimit>? _look;

    /// <param name="name">The limit's name.</param>
    /// <param name="look">Brings the numbers up to date before each is shown; null when whoever changes them does.</param>
    internal FlowLimit(string name, Action<FlowLimit>? look = null)
    {
        Name = name;
        _look = look;
    }

    /// <summary>The limit's name. Case does not matter.</summary>
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

    /// <summary>How many runs hold a slot now. More than <see cref="MaxConcurrency"/> only while a lowered limit has not been reached yet.</summary>
    public int Active
    {
        get => Look()._active;
        internal set => _active = value;
    }

    /// <summary>How many runs wait for this limit now, perhaps for others too.</summary>
    public int Waiting
    {
        get => Look()._waiting;
        internal set => _waiting = value;
    }

    /// <summary>What was known of the limit last, without a look.</summary>
    internal (int? MaxConcurrency, int? PerSecond) Known => (_maxConcurrency > 0 ? _maxConcurrency : null, _perSecond > 0 ? _perSecond : null);

    private FlowLimit Look()
    {
        _look?.Invoke(this);
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
