#!/usr/bin/env bash
# PowerShell 7.6.9 as a .NET tool: ending `pwsh` with SIGTERM leaves the shell and its script running.
#
# `dotnet tool install` makes a program pwsh, and one would expect it to be the shell: of other .NET tools the program that is installed runs the tool in its
# own process. This tool is a launcher that starts a second process, `dotnet pwsh.dll`, and waits for it. A signal to the first ends the first alone:
# who has started it (a script with `timeout`, a container whose first process it is, a scheduler) sees the end, and the script goes on.
# Seen with the .NET tool PowerShell 7.6.9 on Linux.
# FlowModule's program flow is one process, also as a tool, and its help says so for jobs that a scheduler may end.
set -euo pipefail
work=$(mktemp -d)
shell=
trap '[ -z "$shell" ] || kill -9 "$shell" 2>/dev/null || true; rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
dotnet tool install --tool-path "$work/tool" PowerShell --version 7.6.9 >/dev/null
cat >"$work/wait.ps1" <<'PS1'
[System.IO.File]::WriteAllText("$PSScriptRoot/new", "$PID")
[System.IO.File]::Move("$PSScriptRoot/new", "$PSScriptRoot/begun")
while (-not [System.IO.File]::Exists("$PSScriptRoot/go")) { Start-Sleep -Milliseconds 100 }
[System.IO.File]::WriteAllText("$PSScriptRoot/finished", '')
PS1
"$work/tool/pwsh" -NoProfile -NonInteractive -File "$work/wait.ps1" </dev/null >/dev/null 2>&1 &
started=$!
until [ -e "$work/begun" ]; do
    kill -0 "$started" 2>/dev/null || { echo "pwsh ended before the script began." >&2; exit 1; }
    sleep 0.1
done
shell=$(cat "$work/begun")
kill -TERM "$started"
code=0
wait "$started" 2>/dev/null || code=$?
touch "$work/go"
for _ in $(seq 600); do [ -e "$work/finished" ] && break; sleep 0.1; done
[ -e "$work/finished" ] && finished=finished || finished="did not finish"
[ "$shell" = "$started" ] && processes=one || processes=two
echo "pwsh is $processes processes; the started one ended with $code, and the script then $finished"
[ "$processes" = two ] && [ "$code" = 143 ] && [ "$finished" = finished ] || { echo "This has changed."; exit 1; }
