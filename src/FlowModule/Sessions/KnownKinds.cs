namespace FlowModule.Sessions;

/// <summary>The kinds of workers that every session knows.</summary>
/// <param name="BuiltIn">The kinds from the start.</param>
/// <param name="Named">Makes a kind whose name says all about it; null if a name does not.</param>
internal sealed record KnownKinds(IReadOnlyList<IWorkerKind> BuiltIn, Func<string, IWorkerKind?> Named);
