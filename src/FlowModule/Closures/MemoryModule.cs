using System.Management.Automation;

namespace FlowModule.Closures;

/// <summary>
/// A module that is only in memory (of New-Module, or the one that GetNewClosure makes), as a worker makes it again: what its
/// script blocks use is its own, and mixes with nothing that the caller or another module has under the same names.
/// </summary>
internal sealed class MemoryModule
{
    internal Dictionary<string, object?> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions, as script blocks or as <see cref="BoundBlock"/>.</summary>
    internal Dictionary<string, object> Functions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its strict mode: that of its caller does not reach it.</summary>
    internal int StrictMode { get; set; }
}

/// <summary>Stands for a script block that a worker binds to its own copy of a module.</summary>
/// <param name="Script">The block, bound to no session.</param>
/// <param name="Memory">The module in memory, or null.</param>
/// <param name="ModulePath">The path of the module on disk, or null.</param>
internal sealed record BoundBlock(ScriptBlock Script, MemoryModule? Memory, string? ModulePath);
