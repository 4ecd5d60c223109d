using System.Collections;

namespace FlowModule.Closures;

/// <summary>What one run is for: its parameters, and the piped object.</summary>
internal readonly record struct RunInput(IDictionary Parameters, object? Item);
