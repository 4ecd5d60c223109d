namespace FlowModule.Engine.Storage.Rows;

/// <summary>Something that a run asks a person.</summary>
/// <param name="Run">The run that asks.</param>
/// <param name="Name">What tells it from the run's other questions.</param>
/// <param name="Prompt">The question.</param>
internal sealed record InputQuestion(Guid Run, string Name, string Prompt)
{
    /// <summary>The host's name of the type that an answer is of; null for any.</summary>
    internal string? Type { get; init; }

    /// <summary>The answers that there are to choose from; none for any.</summary>
    internal IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether the run is suspended until there is an answer.</summary>
    internal bool Suspends { get; init; }

    /// <summary>When it was asked first.</summary>
    internal required DateTimeOffset Asked { get; init; }

    /// <summary>The answer as the history keeps values; null when there is none yet.</summary>
    internal string? Answer { get; init; }
}
