#!/usr/bin/env bash
# PowerShell 7.6.9: a script that is interrupted with SIGINT ends with exit code 0.
#
# Shells and most programs end with 130 after SIGINT, and who starts a script (cron, a CI job, a script around it) sees that it did not finish. `pwsh -File`
# stops the script, runs nothing that comes after, and ends with 0, as after a script that did all its work. SIGTERM gives 143.
# Seen with the .NET tool PowerShell 7.6.9 on Linux, when the process of the shell itself gets the signal.
# FlowModule's program flow ends with 130 after SIGINT, and its help advises it for jobs that nobody watches.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
dotnet tool install --tool-path "$work/tool" PowerShell --version 7.6.9 >/dev/null
shell=$(find "$work/tool" -path '*unix/pwsh.dll')
cat >"$work/wait.ps1" <<'PS1'
[System.IO.File]::WriteAllText("$PSScriptRoot/begun", '')
Start-Sleep -Seconds 300
[System.IO.File]::WriteAllText("$PSScriptRoot/finished", '')
PS1
code_after() {
    rm -f "$work/begun"
    # A shell ignores SIGINT in what it starts in the background; env undoes that.
    env --default-signal=INT dotnet "$shell" -NoProfile -NonInteractive -File "$work/wait.ps1" </dev/null >/dev/null 2>&1 &
    local process=$! code=0
    until [ -e "$work/begun" ]; do
        kill -0 "$process" 2>/dev/null || { echo "pwsh ended before the script began." >&2; exit 1; }
        sleep 0.1
    done
    kill "-$1" "$process"
    wait "$process" 2>/dev/null || code=$?
    echo "$code"
}
interrupted=$(code_after INT)
terminated=$(code_after TERM)
[ -e "$work/finished" ] && finished=finished || finished="not finished"
echo "the script was $finished; exit code $interrupted after SIGINT, $terminated after SIGTERM"
[ "$finished" = "not finished" ] && [ "$interrupted" = 0 ] && [ "$terminated" = 143 ] || { echo "This has changed."; exit 1; }
