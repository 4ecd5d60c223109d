namespace FlowModule.Wire;

/// <summary>The peer speaks another version of the wire: it is of another version of the module, and nothing was run.</summary>
/// <param name="peer">What the peer is.</param>
/// <param name="theirs">The version of the wire that it speaks.</param>
/// <param name="theirProduct">The version of the module that it is of, or null when it does not say.</param>
/// <param name="ownProduct">The version of the module here.</param>
internal sealed class WireVersionException(string peer, int theirs, string? theirProduct, string ownProduct) : WorkerStartException(
    $"{peer} speaks version {theirs} of the wire (FlowModule {theirProduct ?? "of an unknown version"}); this process speaks version {Greeting.Version} (FlowModule {ownProduct}). "
    + "Both must be of one version: start this process anew if the module was updated, or let FLOWMODULE_PROCESS_HOST name a program of this version.");
