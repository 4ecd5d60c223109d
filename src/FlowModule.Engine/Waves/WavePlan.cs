using System.Globalization;

namespace FlowModule.Engine.Waves;

/// <summary>
/// Releases the runs of a fan-out in waves: a few first, and more only if those ended within the budget. Not thread-safe: the
/// fan-out calls it under its lock.
/// </summary>
internal sealed class WavePlan
{
    private static readonly FailureBudget NoFailures = new(0, null);

    private readonly List<int> _targets = [];
    private readonly FailureBudget? _budget;
    private readonly bool _hasWaves;
    private readonly bool _isDefaultBudget;
    private readonly int _total;
    private readonly string _what;
    private int _wave;
    private int _ended;

    /// <param name="waves">The total that each wave reaches, including earlier waves. Waves that reach no further than the one before are ignored. Empty: all at once.</param>
    /// <param name="total">The number of runs.</param>
    /// <param name="budget">How many may fail. Null or without limits: none if there are waves, otherwise any number.</param>
    /// <param name="what">The word for the runs in messages.</param>
    internal WavePlan(IReadOnlyList<WaveSize> waves, int total, FailureBudget? budget, string what = "subflow runs")
    {
        _total = total;
        _what = what;
        _hasWaves = waves.Count > 0;
        _isDefaultBudget = _hasWaves && budget is not { IsGiven: true };
        _budget = _isDefaultBudget ? NoFailures : budget;
        int reached = 0;
        foreach (int target in waves.Select(wave => wave.Of(total)).Append(total))
        {
            if (target > reached)
            {
                _targets.Add(target);
                reached = target;
            }
        }
    }

    /// <summary>The total that each wave reaches.</summary>
    internal IReadOnlyList<int> Targets => _targets;

    /// <summary>How many runs may start: those with an index below it.</summary>
    internal int Released => _targets.Count == 0 ? 0 : _targets[_wave];

    /// <summary>The current wave, from 1.</summary>
    internal int Wave => _wave + 1;

    /// <summary>The number of waves, including the rest after the last one.</summary>
    internal int WaveCount => _targets.Count;

    /// <summary>How many runs have failed so far.</summary>
    internal int Failures { get; private set; }

    /// <summary>Whether too many runs have failed. Then nothing more is released, and later ends are not counted.</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>Records the end of a released run. Returns Stop only once.</summary>
    internal WaveStep Ended(bool failed)
    {
        if (IsStopped)
        {
            // The remaining runs are being stopped, so their ends say nothing.
            return default;
        }

        _ended++;
        bool waveEnded = _ended == Released;
        if (failed)
        {
            Failures++;
            if (_budget?.Exceeded(Failures, _total) is { } exceeded)
            {
                IsStopped = true;
                return new WaveStep(WaveAction.Stop, Describe(exceeded, waveEnded));
            }
        }

        if (!waveEnded || Wave >= WaveCount)
        {
            return default;
        }

        _wave++;
        return new WaveStep(WaveAction.NextWave);
    }

    private string Describe(string exceeded, bool waveEnded)
    {
        string count = string.Create(CultureInfo.InvariantCulture, $"{Failures} of {Released} {_what} failed, which is more than {exceeded}");
        string why = _isDefaultBudget ? count + ", the default." : count + ".";
        if (!_hasWaves || _ended == _total)
        {
            // Without waves, or if the stop does not concern a wave, the message names no wave.
            return why;
        }

        return waveEnded
            ? string.Create(CultureInfo.InvariantCulture, $"Wave {Wave + 1} of {WaveCount} was not started: {why}")
            : string.Create(CultureInfo.InvariantCulture, $"Wave {Wave} of {WaveCount} was stopped: {why}");
    }
}
