#!/usr/bin/env bash
# PowerShell 7.6.9: Receive-Job -Wait -AutoRemoveJob leaves a job of the newer kind (Job2) where it is, if the job lies in the session's repository.
#
# A cmdlet gives its job to the session with JobRepository.Add, and so it is found by Get-Job, Wait-Job, Receive-Job and Remove-Job. For a job
# that derives from Job, Receive-Job -AutoRemoveJob removes it from there. For one that derives from Job2, which adds stopping without waiting,
# it asks the job source adapters of the session alone: nobody knows the job, an error ReceiveJobAutoRemovalError says that it cannot be removed, and it
# stays. Remove-Job, of the same job, looks in both. So a cmdlet whose jobs derive from Job2 needs an adapter: a public class that derives from
# JobSourceAdapter, in the module's assembly, which PowerShell makes as it imports the module.
# Seen with the .NET tool PowerShell 7.6.9 on Linux. FlowModule has such an adapter.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off NO_COLOR=1 HOME=$work
dotnet tool install PowerShell --version 7.6.9 --tool-path "$work/tools" >/dev/null
cat >"$work/jobs.ps1" <<'PS'
Add-Type -ReferencedAssemblies System.Management.Automation, System.Runtime, System.Collections, System.ComponentModel.EventBasedAsync -PassThru -WarningAction SilentlyContinue @'
using System;
using System.Management.Automation;
public class OlderJob : Job {
    public OlderJob() { SetJobState(JobState.Completed); }
    public override bool HasMoreData { get { return false; } }
    public override string Location { get { return ""; } }
    public override string StatusMessage { get { return ""; } }
    public override void StopJob() { }
}
public class NewerJob : Job2 {
    public NewerJob() { SetJobState(JobState.Completed, null); }
    public override bool HasMoreData { get { return false; } }
    public override string Location { get { return ""; } }
    public override string StatusMessage { get { return ""; } }
    public override void StopJob() { }
    public override void StartJob() { }
    public override void StartJobAsync() { }
    public override void StopJobAsync() { }
    public override void StopJob(bool force, string reason) { }
    public override void StopJobAsync(bool force, string reason) { }
    public override void SuspendJob() { }
    public override void SuspendJobAsync() { }
    public override void SuspendJob(bool force, string reason) { }
    public override void SuspendJobAsync(bool force, string reason) { }
    public override void ResumeJob() { }
    public override void ResumeJobAsync() { }
    public override void UnblockJob() { }
    public override void UnblockJobAsync() { }
}
[Cmdlet("New", "SampleJob")]
public class NewSampleJob : PSCmdlet {
    [Parameter] public SwitchParameter Newer { get; set; }
    protected override void EndProcessing() {
        Job job = Newer ? (Job)new NewerJob() : new OlderJob();
        JobRepository.Add(job);
        WriteObject(job);
    }
}
'@ | ForEach-Object Assembly | Select-Object -First 1 | Import-Module
foreach ($newer in $false, $true) {
    $job = New-SampleJob -Newer:$newer
    $job | Receive-Job -Wait -AutoRemoveJob -ErrorVariable failed -ErrorAction SilentlyContinue
    $left = @(Get-Job | Where-Object Id -EQ $job.Id).Count
    "$($job.GetType().Name): $left left, $($failed.Count) error $($failed.FullyQualifiedErrorId -replace ',.*')".TrimEnd()
}
Get-Job | Remove-Job
"after Remove-Job: $(@(Get-Job).Count) left"
PS
said=$("$work/tools/pwsh" -NoProfile -File "$work/jobs.ps1")
echo "$said"
[ "$said" = "OlderJob: 0 left, 0 error
NewerJob: 1 left, 1 error ReceiveJobAutoRemovalError
after Remove-Job: 0 left" ] || { echo "This has changed."; exit 1; }
