using FlowModule.Engine.Tasks;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A run of an earlier process, as the test defines it.</summary>
internal sealed class FakeStoredRun(string key, FlowState? completed, bool isKept = true, params IStoredRun[] children) : IStoredRun
{
    public string Key => key;

    public string Name => key;

    public ReadOnlyMemory<byte> Marks => default;

    public bool IsCompleted => completed is not null;

    public string? WhyAgain => isKept ? null : "its result was not kept.";

    /// <summary>How often its children were requested.</summary>
    internal int Loads { get; private set; }

    public FlowState? Recall() => isKept ? completed : null;

    public IEnumerable<IStoredRun> Children()
    {
        Loads++;
        return children;
    }
}
