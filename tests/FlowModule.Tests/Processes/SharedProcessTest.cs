using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>A test that leaves nothing behind in its session: these tests share one, with warm processes.</summary>
public abstract class SharedProcessTest : ProcessTest
{
    private static readonly Lazy<FlowSession> Shared = new(() => NewSession());

    private protected override bool OwnsSession => false;

    private protected override FlowSession OpenSession() => Shared.Value;
}
