using System.Collections;
using System.Globalization;
using System.Management.Automation;
using FlowModule.Sessions;

namespace FlowModule.Closures;

/// <summary>What a flow takes along from its caller to a worker: everything that its script block uses, and nothing else.</summary>
internal sealed class Closure
{
    /// <summary>Variables of the caller, by reference; each run has its own variables with these values.</summary>
    internal Dictionary<string, object?> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The values that make a difference to the script, each with the name that the script uses. Without values that it only adds to, values that its hooks use,
    /// and private variables of modules on disk, such as caches and connections.
    /// </summary>
    internal List<(string Label, object? Value)> Used { get; } = [];

    /// <summary>Variables named with <c>$script:</c> or <c>$global:</c>.</summary>
    internal Dictionary<string, object?> SessionVariables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions of the caller's session and of modules that are not on disk.</summary>
    internal Dictionary<string, ScriptBlock> Functions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions that in-memory modules export to the caller's session.</summary>
    internal Dictionary<string, BoundBlock> BoundFunctions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>In-memory modules that script blocks of the closure belong to; by the caller's module.</summary>
    internal Dictionary<object, MemoryModule> MemoryModules { get; } = [];

    /// <summary>Aliases that are not in every session from its start.</summary>
    internal Dictionary<string, string> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Modules on disk that contain the commands, by path.</summary>
    internal Dictionary<string, PSModuleInfo> Modules { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names and versions of modules that another machine has elsewhere, by the path that they have on the caller's.</summary>
    internal Dictionary<string, (string Name, string Version)> ModulesByName { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Variables of these modules that their functions, or a script block of theirs, use; by the module's path.</summary>
    internal Dictionary<string, Dictionary<string, object?>> ModuleVariables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The path of the module on disk that contains the script block, or null.</summary>
    internal string? HomeModule { get; set; }

    /// <summary>The caller's values of <c>$using:</c> expressions, under PowerShell's keys; null if there are none.</summary>
    internal Hashtable? Usings { get; set; }

    /// <summary>The same values in the form that a worker receives.</summary>
    internal Hashtable? WorkerUsings { get; set; }

    /// <summary>The same values by expression, for display.</summary>
    internal Dictionary<string, object?> UsingValues { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The caller's <c>$_</c>, for a body that reads it and has no input; otherwise null.</summary>
    internal object? CallerItem { get; set; }

    /// <summary>The caller's preference variables.</summary>
    internal List<PSVariable> Preferences { get; } = [];

    /// <summary>The caller's <c>$PSDefaultParameterValues</c>, or null if it is empty.</summary>
    internal IDictionary? DefaultParameterValues { get; set; }

    /// <summary>The caller's location.</summary>
    internal ClosureLocation? Location { get; set; }

    /// <summary>The culture of the caller's thread.</summary>
    internal CultureInfo Culture { get; set; } = CultureInfo.CurrentCulture;

    /// <summary>The UI culture of the caller's thread.</summary>
    internal CultureInfo UICulture { get; set; } = CultureInfo.CurrentUICulture;

    /// <summary>The strict mode of the module that contains the script, or of the caller's scope.</summary>
    internal int StrictMode { get; set; }

    /// <summary>The caller's language mode; the worker gets the same.</summary>
    internal PSLanguageMode LanguageMode { get; set; }

    /// <summary>Whether a run cannot leave anything behind in its worker, as far as the script shows.</summary>
    internal bool LeavesNoTrace { get; set; } = true;

    /// <summary>Whether a run may change something that cannot be reset, so that its session is not used again.</summary>
    internal bool SpendsSession { get; set; }

    /// <summary>Whether a run needs changes to the worker's session itself, beyond the variables and functions of its scope.</summary>
    internal bool ChangesSession => SessionVariables.Count + Aliases.Count > 0;
}
