using System.Collections;

namespace FlowModule.Closures;

/// <summary>The input of one run: its parameters, and the piped object.</summary>
internal readonly record struct RunInput(IDictionary Parameters, object? Item);
