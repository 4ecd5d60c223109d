namespace FlowModule.Tests.History;

/// <summary>Tests that change or count something of the process, and so run alone in it.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneDefinition;
