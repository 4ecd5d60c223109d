using System.Management.Automation;

namespace FlowModule.Closures;

/// <summary>
/// An in-memory module (from New-Module or GetNewClosure), to be created again in a worker. Its script blocks
/// use its own items, separate from items of the caller or of other modules with the same names.
/// </summary>
internal sealed class MemoryModule
{
    internal Dictionary<string, object?> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions, as script blocks or as <see cref="BoundBlock"/>.</summary>
    internal Dictionary<string, object> Functions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its strict mode, because it does not inherit the caller's.</summary>
    internal int StrictMode { get; set; }
}

/// <summary>A script block that a worker must bind to its own copy of a module.</summary>
/// <param name="Script">The unbound block.</param>
/// <param name="Memory">The in-memory module, or null.</param>
/// <param name="ModulePath">The path of the module on disk, or null.</param>
internal sealed record BoundBlock(ScriptBlock Script, MemoryModule? Memory, string? ModulePath);
