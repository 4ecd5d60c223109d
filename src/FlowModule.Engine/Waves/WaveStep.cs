namespace FlowModule.Engine.Waves;

/// <summary>The effect of the end of a run.</summary>
internal enum WaveAction
{
    /// <summary>Nothing changes.</summary>
    Nothing,

    /// <summary>More runs may start.</summary>
    NextWave,

    /// <summary>Running runs must stop, and no more start.</summary>
    Stop,
}

/// <summary>The effect of the end of a run, and its reason.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Message">Why the rest is stopped; otherwise null.</param>
internal readonly record struct WaveStep(WaveAction Action, string? Message = null);
