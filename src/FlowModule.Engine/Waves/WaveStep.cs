namespace FlowModule.Engine.Waves;

/// <summary>What the end of a run leads to.</summary>
internal enum WaveAction
{
    /// <summary>Nothing changes.</summary>
    Nothing,

    /// <summary>More runs may start.</summary>
    NextWave,

    /// <summary>What runs is to be stopped, and no more start.</summary>
    Stop,
}

/// <summary>What the end of a run leads to, and why.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Message">Why the rest is stopped; else null.</param>
internal readonly record struct WaveStep(WaveAction Action, string? Message = null);
