using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>A test that leaves nothing behind in its session: all such share one, whose processes are warm.</summary>
public abstract class SharedProcessTest : ProcessTest
{
    private static readonly Lazy<FlowSession> Shared = new(() => NewSession());

    private protected override bool OwnsSession => false;

    private protected override FlowSession OpenSession() => Shared.Value;
}
