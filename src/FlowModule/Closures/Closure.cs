using System.Collections;
using System.Globalization;
using System.Management.Automation;
using FlowModule.Sessions;

namespace FlowModule.Closures;

/// <summary>What a flow takes along from its caller into a worker: everything that its script block uses, and nothing else.</summary>
internal sealed class Closure
{
    /// <summary>Variables of the caller, by reference; each run gets its own variables that hold them.</summary>
    internal Dictionary<string, object?> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The values that make a difference to what the script does, by what it calls them; not those that it only adds to, nor what its hooks use,
    /// nor what the functions of a module on disk keep for themselves: caches, connections.
    /// </summary>
    internal List<(string Label, object? Value)> Used { get; } = [];

    /// <summary>Variables named with <c>$script:</c> or <c>$global:</c>.</summary>
    internal Dictionary<string, object?> SessionVariables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions of the caller's session and of modules that are not on disk.</summary>
    internal Dictionary<string, ScriptBlock> Functions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions that modules in memory give to the caller's session.</summary>
    internal Dictionary<string, BoundBlock> BoundFunctions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Modules in memory that script blocks of the closure belong to; by the caller's module.</summary>
    internal Dictionary<object, MemoryModule> MemoryModules { get; } = [];

    /// <summary>Aliases that the session does not have from its start.</summary>
    internal Dictionary<string, string> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Modules on disk that commands come from, by path.</summary>
    internal Dictionary<string, PSModuleInfo> Modules { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Variables of those modules that their functions, or a script block of theirs, use; by the module's path.</summary>
    internal Dictionary<string, Dictionary<string, object?>> ModuleVariables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The path of the module on disk that the script block itself belongs to, or null.</summary>
    internal string? HomeModule { get; set; }

    /// <summary>The values of <c>$using:</c> expressions as the caller has them, under the engine's keys; null when there are none.</summary>
    internal Hashtable? Usings { get; set; }

    /// <summary>The same values as a worker gets them.</summary>
    internal Hashtable? WorkerUsings { get; set; }

    /// <summary>The same values, by their expressions, for people to see.</summary>
    internal Dictionary<string, object?> UsingValues { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The caller's <c>$_</c>, for a body that reads it and has no input of its own; null when it has none.</summary>
    internal object? CallerItem { get; set; }

    /// <summary>The caller's preference variables.</summary>
    internal List<PSVariable> Preferences { get; } = [];

    /// <summary>The caller's <c>$PSDefaultParameterValues</c>, or null when it is empty.</summary>
    internal IDictionary? DefaultParameterValues { get; set; }

    /// <summary>The caller's location.</summary>
    internal ClosureLocation? Location { get; set; }

    /// <summary>The culture of the caller's thread.</summary>
    internal CultureInfo Culture { get; set; } = CultureInfo.CurrentCulture;

    /// <summary>The culture of its messages.</summary>
    internal CultureInfo UICulture { get; set; } = CultureInfo.CurrentUICulture;

    /// <summary>The strict mode where the flow's script belongs: that of its module, else of the caller's scope.</summary>
    internal int StrictMode { get; set; }

    /// <summary>The caller's language mode: a worker's is the same.</summary>
    internal PSLanguageMode LanguageMode { get; set; }

    /// <summary>Whether a run can leave nothing behind in its worker, as far as the script can tell.</summary>
    internal bool LeavesNoTrace { get; set; } = true;

    /// <summary>Whether a run may change what nothing can put back: then no other runs in its session.</summary>
    internal bool SpendsSession { get; set; }

    /// <summary>Whether a worker's session itself is changed to give a run what it uses, beyond what it finds around it.</summary>
    internal bool ChangesSession => SessionVariables.Count + Aliases.Count > 0;
}
