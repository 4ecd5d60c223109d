namespace FlowModule.Engine.Tasks;

/// <summary>A run in the history that another run may take over: its result if it completed, otherwise what completed inside it.</summary>
internal interface IStoredRun
{
    /// <summary>Its key among the runs that its parent has started.</summary>
    string Key { get; }

    /// <summary>The kind and the name of what was started, in the form of <see cref="StartTraits.Name"/>.</summary>
    string Name { get; }

    /// <summary>The marks that distinguish its start from others; empty if they are unknown.</summary>
    ReadOnlyMemory<byte> Marks { get; }

    /// <summary>Whether it completed and was not undone.</summary>
    bool IsCompleted { get; }

    /// <summary>Why it must run again although it is the same, for people; null if it need not.</summary>
    string? WhyAgain { get; }

    /// <summary>The state in which it completed, with its result; null if the result was not kept, so that it must run again.</summary>
    FlowState? Recall();

    /// <summary>The runs that it has started, in order.</summary>
    IEnumerable<IStoredRun> Children();
}
