using System.Management.Automation;

namespace FlowModule.Jobs;

/// <summary>
/// The jobs of one session, for Get-Job, Remove-Job and Receive-Job -AutoRemoveJob. PowerShell creates an instance when it imports the module. It
/// finds jobs that can be stopped without waiting (<see cref="Job2"/>) only through such an adapter.
/// </summary>
public sealed class FlowJobSourceAdapter : JobSourceAdapter
{
    private const string JobParameter = "Job";

    private readonly object _gate = new();
    private readonly List<Job2> _jobs = [];

    /// <summary>Creates an adapter without jobs. Called by PowerShell.</summary>
    public FlowJobSourceAdapter() => Name = nameof(FlowJobSourceAdapter);

    /// <summary>Registers a job in the session of a cmdlet.</summary>
    internal static void Add(PSCmdlet cmdlet, Job2 job)
    {
        if (!cmdlet.JobManager.IsRegistered(nameof(FlowJobSourceAdapter)))
        {
            // The session has the cmdlets but has not imported the module.
            cmdlet.JobRepository.Add(job);
            return;
        }

        var definition = new JobDefinition(typeof(FlowJobSourceAdapter), job.Command, job.Name);
        cmdlet.JobManager.NewJob(new JobInvocationInfo(definition, new Dictionary<string, object> { [JobParameter] = job }));
    }

    /// <summary>Registers a job that a cmdlet of the module has created.</summary>
    /// <exception cref="NotSupportedException">Another command has created it.</exception>
    public override Job2 NewJob(JobInvocationInfo specification)
    {
        Job2? job = specification?.Parameters.SelectMany(static parameters => parameters).Select(static parameter => parameter.Value).OfType<BackgroundJob>().FirstOrDefault();
        if (job is null)
        {
            throw new NotSupportedException("Invoke-Flow -AsJob and Start-Subflow -AsJob create jobs of flow runs.");
        }

        lock (_gate)
        {
            _jobs.Add(job);
        }

        return job;
    }

    /// <summary>All jobs.</summary>
    public override IList<Job2> GetJobs() => Find(static _ => true, recurse: false);

    /// <summary>The jobs with a name, which may be a pattern.</summary>
    public override IList<Job2> GetJobsByName(string name, bool recurse)
    {
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        return Find(job => pattern.IsMatch(job.Name), recurse);
    }

    /// <summary>The jobs of a command, which may be a pattern.</summary>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse)
    {
        var pattern = new WildcardPattern(command, WildcardOptions.IgnoreCase);
        return Find(job => pattern.IsMatch(job.Command), recurse);
    }

    /// <summary>The job with an instance id, or null.</summary>
    public override Job2 GetJobByInstanceId(Guid instanceId, bool recurse) => Find(job => job.InstanceId == instanceId, recurse).FirstOrDefault()!;

    /// <summary>The job with an id, or null.</summary>
    public override Job2 GetJobBySessionId(int id, bool recurse) => Find(job => job.Id == id, recurse).FirstOrDefault()!;

    /// <summary>The jobs in a state.</summary>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => Find(job => job.JobStateInfo.State == state, recurse);

    /// <summary>Returns none: jobs of flow runs have nothing to filter by.</summary>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) => [];

    /// <summary>Removes a job.</summary>
    public override void RemoveJob(Job2 job)
    {
        lock (_gate)
        {
            _jobs.Remove(job);
        }
    }

    private List<Job2> Find(Func<Job2, bool> isMeant, bool recurse)
    {
        lock (_gate)
        {
            IEnumerable<Job2> all = recurse ? _jobs.Concat(_jobs.SelectMany(static job => job.ChildJobs.OfType<Job2>())) : _jobs;
            return [.. all.Where(isMeant)];
        }
    }
}
