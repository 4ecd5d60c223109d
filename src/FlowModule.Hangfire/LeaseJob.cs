namespace FlowModule.Hangfire;

/// <summary>A job of Hangfire: its argument is the id of a lease, and there is nothing else to be carried.</summary>
/// <param name="work">What this process does with a lease.</param>
public sealed class LeaseJob(Action<Guid> work)
{
    /// <summary>Does the work of a lease.</summary>
    /// <param name="lease">The id.</param>
    public void Execute(string lease) => work(Guid.ParseExact(lease, "N"));
}
