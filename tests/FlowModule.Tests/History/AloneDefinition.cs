namespace FlowModule.Tests.History;

/// <summary>Tests that change or count what is the process's, and have it for themselves.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneDefinition;
