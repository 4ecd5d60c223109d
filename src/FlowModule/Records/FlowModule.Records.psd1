@{
    # Imported by the module itself, once a session is about to be given runs of the history: reading the file costs as much as the rest of
    # the import, and few scripts look at runs.
    ModuleVersion     = '1.0'
    GUID              = '5f0f8f0c-52fb-4cf1-9c4b-0a4d9b8b0c55'
    Author            = 'FlowModule contributors'
    Copyright         = '(c) 2026 FlowModule contributors. MIT License.'
    Description       = 'What FlowModule adds to the runs of its history.'
    TypesToProcess    = @('FlowModule.Records.Types.ps1xml')
    FunctionsToExport = @()
    CmdletsToExport   = @()
    AliasesToExport   = @()
    VariablesToExport = @()
}
