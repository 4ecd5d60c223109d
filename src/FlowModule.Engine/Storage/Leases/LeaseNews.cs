namespace FlowModule.Engine.Storage.Leases;

/// <summary>What has become of some leases.</summary>
/// <param name="Frames">New frames; those of one lease in their order.</param>
/// <param name="Ended">Leases that are no more.</param>
internal sealed record LeaseNews(IReadOnlyList<LeaseFrame> Frames, IReadOnlyList<Guid> Ended);
