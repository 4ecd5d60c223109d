using Hangfire;

namespace FlowModule.Hangfire;

/// <summary>Tells the jobs of a server what to do.</summary>
/// <param name="work">What is done with a lease.</param>
internal sealed class LeaseActivator(Action<Guid> work) : JobActivator
{
    public override object ActivateJob(Type jobType) => new LeaseJob(work);
}
