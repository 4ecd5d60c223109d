using System.Management.Automation;
using FlowModule.Closures;

namespace FlowModule.Workers;

/// <summary>
/// The strict mode of a worker: that of the current closure, set in the scope around all bodies, or in the module that a body belongs
/// to, which that scope does not reach.
/// </summary>
internal sealed class WorkerStrictMode
{
    private SessionState _session = null!;
    private int _current;
    private (SessionState Module, int Version)? _changed;

    /// <summary>A new pipeline of the worker begins with a new scope.</summary>
    internal void Attach(SessionState session)
    {
        _session = session;
        _current = 0;
    }

    /// <param name="version">The version; 0 for none.</param>
    /// <param name="home">The module that the body belongs to, or null.</param>
    internal void Set(int version, PSModuleInfo? home)
    {
        if (_changed is { } changed)
        {
            StrictMode.Set(changed.Module, changed.Version);
            _changed = null;
        }

        int around = home is null ? version : 0;
        if (_current != around)
        {
            StrictMode.Set(_session, around);
            _current = around;
        }

        // The imported module has the mode that its file sets, but not a mode that one of its functions has set for its flow.
        if (home?.SessionState is { } module && StrictMode.Of(module) is var own && own != version)
        {
            StrictMode.Set(module, version);
            _changed = (module, own);
        }
    }
}
