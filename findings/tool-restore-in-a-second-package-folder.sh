#!/usr/bin/env bash
# .NET SDK 10.0.4xx: "dotnet tool restore" remembers by user, not by package folder, which tools it has restored.
#
# With NUGET_PACKAGES set to another folder (a build agent's cache, a clean room) the command says "Restore was successful." and exits
# with 0, and nothing is in that folder: what was remembered in the home folder points to the first one. A build that looks for the tool's
# files in NUGET_PACKAGES does not find them. Seen with the tool PowerShell 7.6.9 and the SDK 10.0.401 on Linux.
# FlowModule's tests take their PowerShell as a package of their own project for that reason.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 HOME=$work/home DOTNET_CLI_HOME=$work/home
mkdir -p "$work/home" "$work/project/.config" "$work/first" "$work/second"
cd "$work/project"
cat >.config/dotnet-tools.json <<'JSON'
{ "version": 1, "isRoot": true, "tools": { "powershell": { "version": "7.6.9", "commands": ["pwsh"] } } }
JSON
NUGET_PACKAGES=$work/first dotnet tool restore
NUGET_PACKAGES=$work/second dotnet tool restore
first=$(ls "$work/first") second=$(ls "$work/second")
echo "in the first folder: $first; in the second: ${second:-nothing}"
[ "$first" = powershell ] && [ -z "$second" ] || { echo "This has changed."; exit 1; }
