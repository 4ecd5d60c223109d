namespace FlowModule.Engine.Tasks;

/// <summary>A run that the history has, and that another one may take over: its result when it completed, else what completed inside of it.</summary>
internal interface IStoredRun
{
    /// <summary>What it is among those that its parent has started.</summary>
    string Key { get; }

    /// <summary>The kind and the name of what was started, as <see cref="StartTraits.Name"/> has it.</summary>
    string Name { get; }

    /// <summary>What its start can be told from others by; empty when that is not known.</summary>
    ReadOnlyMemory<byte> Marks { get; }

    /// <summary>Whether it completed, and has not been undone.</summary>
    bool IsCompleted { get; }

    /// <summary>Why it has to run again though it is the same, for people; null when it need not.</summary>
    string? WhyAgain { get; }

    /// <summary>The state that it completed in, with its result; null when that was not kept: then it has to run again.</summary>
    FlowState? Recall();

    /// <summary>What it has started, in the order that it did.</summary>
    IEnumerable<IStoredRun> Children();
}
