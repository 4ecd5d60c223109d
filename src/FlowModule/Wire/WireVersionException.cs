namespace FlowModule.Wire;

/// <summary>The peer uses another version of the wire, because it belongs to another version of the module. Nothing was run.</summary>
/// <param name="peer">The peer's name.</param>
/// <param name="theirs">Its version of the wire.</param>
/// <param name="theirProduct">Its version of the module, or null if unknown.</param>
/// <param name="ownProduct">The version of the module in this process.</param>
internal sealed class WireVersionException(string peer, int theirs, string? theirProduct, string ownProduct) : WorkerStartException(
    $"{peer} uses version {theirs} of the protocol (FlowModule {theirProduct ?? "of an unknown version"}); this process uses version {Greeting.Version} (FlowModule {ownProduct}). "
    + "Both versions must be equal. Restart this process if the module was updated, or set FLOWMODULE_PROCESS_HOST to a program of this version.");
