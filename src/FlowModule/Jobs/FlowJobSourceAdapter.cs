using System.Management.Automation;

namespace FlowModule.Jobs;

/// <summary>
/// Knows the jobs of one session, for Get-Job, Remove-Job and Receive-Job -AutoRemoveJob. PowerShell makes one as it imports the module, and
/// finds jobs that can be stopped without waiting (<see cref="Job2"/>) nowhere else.
/// </summary>
public sealed class FlowJobSourceAdapter : JobSourceAdapter
{
    private const string JobParameter = "Job";

    private readonly object _gate = new();
    private readonly List<Job2> _jobs = [];

    /// <summary>Makes one without jobs. PowerShell calls it.</summary>
    public FlowJobSourceAdapter() => Name = nameof(FlowJobSourceAdapter);

    /// <summary>Makes a job known in the session of a cmdlet.</summary>
    internal static void Add(PSCmdlet cmdlet, Job2 job)
    {
        if (!cmdlet.JobManager.IsRegistered(nameof(FlowJobSourceAdapter)))
        {
            // The session has the cmdlets without having imported the module.
            cmdlet.JobRepository.Add(job);
            return;
        }

        var definition = new JobDefinition(typeof(FlowJobSourceAdapter), job.Command, job.Name);
        cmdlet.JobManager.NewJob(new JobInvocationInfo(definition, new Dictionary<string, object> { [JobParameter] = job }));
    }

    /// <summary>Takes up a job that a cmdlet of the module has made.</summary>
    /// <exception cref="NotSupportedException">It is another's.</exception>
    public override Job2 NewJob(JobInvocationInfo specification)
    {
        Job2? job = specification?.Parameters.SelectMany(static parameters => parameters).Select(static parameter => parameter.Value).OfType<BackgroundJob>().FirstOrDefault();
        if (job is null)
        {
            throw new NotSupportedException("Invoke-Flow -AsJob and Start-Subflow -AsJob make jobs of flow runs.");
        }

        lock (_gate)
        {
            _jobs.Add(job);
        }

        return job;
    }

    /// <summary>All jobs.</summary>
    public override IList<Job2> GetJobs() => Find(static _ => true, recurse: false);

    /// <summary>The jobs of a name, which may be a pattern.</summary>
    public override IList<Job2> GetJobsByName(string name, bool recurse)
    {
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        return Find(job => pattern.IsMatch(job.Name), recurse);
    }

    /// <summary>The jobs that a command has made, which may be a pattern.</summary>
    public override IList<Job2> GetJobsByCommand(string command, bool recurse)
    {
        var pattern = new WildcardPattern(command, WildcardOptions.IgnoreCase);
        return Find(job => pattern.IsMatch(job.Command), recurse);
    }

    /// <summary>The job of an instance id, or null.</summary>
    public override Job2 GetJobByInstanceId(Guid instanceId, bool recurse) => Find(job => job.InstanceId == instanceId, recurse).FirstOrDefault()!;

    /// <summary>The job of an id, or null.</summary>
    public override Job2 GetJobBySessionId(int id, bool recurse) => Find(job => job.Id == id, recurse).FirstOrDefault()!;

    /// <summary>The jobs in a state.</summary>
    public override IList<Job2> GetJobsByState(JobState state, bool recurse) => Find(job => job.JobStateInfo.State == state, recurse);

    /// <summary>None: jobs of flow runs have nothing to filter by.</summary>
    public override IList<Job2> GetJobsByFilter(Dictionary<string, object> filter, bool recurse) => [];

    /// <summary>Forgets a job.</summary>
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
