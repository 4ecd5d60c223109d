#!/usr/bin/env bash
# PowerShell 7.6.9: what CLIXML (Export-Clixml, PSSerializer, background jobs) makes of some common .NET values.
#
# An enumeration comes back as a number whose text is the number: "$day" is 5 where it was Friday. A SemanticVersion and a DateOnly have their parts as
# properties, an Int128 and a Half have no properties at all; each has its text. None of the four is taken for what it was: the cast of the copy gives
# nothing, though the cast of the copy's text gives the value.
# Seen with the .NET tool PowerShell 7.6.9 on Linux. FlowModule writes such values by the text that they can be had back from.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off NO_COLOR=1 HOME=$work
dotnet tool install PowerShell --version 7.6.9 --tool-path "$work/tools" >/dev/null
cat >"$work/values.ps1" <<'PS'
[cultureinfo]::CurrentCulture = ''
function Copy-Value($Value) { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($Value)) }
foreach ($value in [DayOfWeek]::Friday, [semver]'1.2.3', [Int128]::MaxValue, [Half]0.5, [DateOnly]::new(2026, 2, 3)) {
    $type = $value.GetType()
    $copy = Copy-Value $value
    $properties = if ($copy -is [System.ValueType]) { 0 } else { @($copy.PSObject.Properties).Count }
    "$($type.Name): $($copy.PSObject.TypeNames[0]), text '$copy', $properties properties, cast $($null -ne ($copy -as $type)), cast of its text $($null -ne ("$copy" -as $type))"
}
PS
said=$("$work/tools/pwsh" -NoProfile -File "$work/values.ps1")
echo "$said"
[ "$said" = "DayOfWeek: Deserialized.System.DayOfWeek, text '5', 0 properties, cast True, cast of its text True
SemanticVersion: Deserialized.System.Management.Automation.SemanticVersion, text '1.2.3', 5 properties, cast False, cast of its text True
Int128: Deserialized.System.Int128, text '170141183460469231731687303715884105727', 0 properties, cast False, cast of its text True
Half: Deserialized.System.Half, text '0.5', 0 properties, cast False, cast of its text True
DateOnly: Deserialized.System.DateOnly, text '02/03/2026', 6 properties, cast False, cast of its text True" ] || { echo "This has changed."; exit 1; }
