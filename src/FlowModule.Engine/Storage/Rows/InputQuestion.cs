namespace FlowModule.Engine.Storage.Rows;

/// <summary>A run's question to a person.</summary>
/// <param name="Run">The run that asks.</param>
/// <param name="Name">Identifies the question within the run.</param>
/// <param name="Prompt">The question.</param>
internal sealed record InputQuestion(Guid Run, string Name, string Prompt)
{
    /// <summary>The host's name of the answer's type; null for any.</summary>
    internal string? Type { get; init; }

    /// <summary>The possible answers; empty if any answer is allowed.</summary>
    internal IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether the run is suspended until there is an answer.</summary>
    internal bool Suspends { get; init; }

    /// <summary>When it was first asked, by the clock of what keeps it.</summary>
    internal DateTimeOffset Asked { get; init; }

    /// <summary>The encoded answer; null if there is none yet.</summary>
    internal string? Answer { get; init; }
}
