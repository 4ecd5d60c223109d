# The README's main job: four subflows, gathered, in the time of one, with each line where it belongs.
$said = & "$repository\examples\parallel-subflows.ps1" 6>&1 | ForEach-Object { "$_" }
$name = "'[a-z]+-[a-z]+'"
Assert-Equal 1 @($said -match "Beginning flow run $name for flow 'main-flow'").Count 'beginnings of the flow'
foreach ($n in 1..4) {
    Assert-Equal 1 @($said -match "Beginning subflow run $name for flow 'subflow-$n'").Count "beginnings of subflow $n"
    Assert-Equal 1 @($said -ceq "subflow-$n started!").Count "lines of subflow $n"
}
Assert-Equal 4 @($said -match "Subflow run $name finished in state Completed\(message=None, type=COMPLETED\)").Count 'subflows that completed'
Assert-Equal 1 @($said -match "Flow run $name finished in state Completed\(message='All states completed\.', type=COMPLETED\)").Count 'ends of the flow'
$parent = Get-FlowRun | Where-Object FlowName -eq main-flow
Assert-Equal 4 @(Get-FlowRun -Parent $parent.Name).Count 'subflows in the history'
