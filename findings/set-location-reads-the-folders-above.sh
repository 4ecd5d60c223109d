#!/usr/bin/env bash
# PowerShell 7.6.9 on Linux: Set-Location takes longer the more files lie beside the folders above the new location.
#
# Changing the working directory is one system call, whatever else is on the disk. Set-Location looks for the name of each folder of the path among all the
# names beside it, so that it can write the path as it is on the disk: with 20,000 files beside one of them, a call takes more than ten times as long.
# Opening a runspace sets the location too, so each item of ForEach-Object -Parallel pays it. A full temporary folder is enough.
# Seen with the .NET tool PowerShell 7.6.9 on Linux, with the medians of 20 calls: 1 and 45 ms.
# FlowModule's workers keep their runspaces, and set the location back only where a body has changed it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
dotnet tool install --tool-path "$work/tool" PowerShell --version 7.6.9 >/dev/null
shell=$(find "$work/tool" -path '*unix/pwsh.dll')
mkdir -p "$work/few/inner/place" "$work/many/inner/place"
(cd "$work/many" && seq 20000 | sed 's/^/file-/' | xargs touch)
cat >"$work/measure.ps1" <<'PS1'
function Measure-Call($Place) {
    $times = foreach ($i in 1..20) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Set-Location $Place
        $watch.Elapsed.TotalMilliseconds
    }
    ($times | Sort-Object)[10]
}
$null = Measure-Call "$PSScriptRoot/few/inner/place"
$few = Measure-Call "$PSScriptRoot/few/inner/place"
$many = Measure-Call "$PSScriptRoot/many/inner/place"
'{0:0.0} {1:0.0} {2}' -f $few, $many, [int]($many -gt 3 * $few)
PS1
read -r few many slower < <(dotnet "$shell" -NoProfile -NonInteractive -File "$work/measure.ps1")
echo "Set-Location: $few ms with nothing beside the folders above, $many ms with 20,000 files beside one of them"
[ "$slower" = 1 ] || { echo "This has changed."; exit 1; }
