namespace FlowModule.Engine.Limits;

/// <summary>Slots that another process of the same history can take over together with their run.</summary>
internal sealed record SharedClaim(long Number, string[] Limits);
