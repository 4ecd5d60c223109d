using System.Management.Automation;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Variable. -Scope takes names, no numbers; without -Include and -Exclude.</summary>
[Cmdlet(VerbsCommon.Get, "Variable")]
internal sealed class GetVariableCommand : PSCmdlet
{
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = ["*"];

    [Parameter]
    public SwitchParameter ValueOnly { get; set; }

    [Parameter]
    [ValidateSet("Global", "Script", "Local")]
    public string? Scope { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                foreach (PSObject item in InvokeProvider.Item.Get("variable:" + name))
                {
                    Emit((PSVariable)item.BaseObject);
                }
            }
            else if (SessionState.PSVariable.Get(Scope is null ? name : $"{Scope}:{name}") is { } variable)
            {
                Emit(variable);
            }
            else
            {
                WriteError(new ErrorRecord(
                    new ItemNotFoundException($"Cannot find a variable with the name '{name}'."), "VariableNotFound", ErrorCategory.ObjectNotFound, name));
            }
        }
    }

    private void Emit(PSVariable variable) => WriteObject(ValueOnly ? variable.Value : variable);
}

/// <summary>Set-Variable. -Scope takes names, no numbers; without -Include, -Exclude and -Visibility.</summary>
[Cmdlet(VerbsCommon.Set, "Variable", SupportsShouldProcess = true)]
internal sealed class SetVariableCommand : PSCmdlet
{
    private readonly List<object?> _values = [];

    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public string[] Name { get; set; } = [];

    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public object? Value { get; set; }

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public ScopedItemOptions? Option { get; set; }

    [Parameter]
    [ValidateSet("Global", "Script", "Local")]
    public string? Scope { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput)
        {
            _values.Add(Value);
        }
    }

    protected override void EndProcessing()
    {
        // Piped values become one: nothing, the one object, or an array of all.
        object? value = !MyInvocation.ExpectingInput ? Value : _values.Count > 1 ? _values.ToArray() : _values.FirstOrDefault();
        foreach (string name in Name)
        {
            if (!ShouldProcess($"Name: {name} Value: {value}", "Set variable"))
            {
                continue;
            }

            string path = Scope is null ? name : $"{Scope}:{name}";
            SessionState.PSVariable.Set(path, value);
            PSVariable variable = SessionState.PSVariable.Get(path);
            variable.Description = Description ?? variable.Description;
            variable.Options = Option ?? variable.Options;
            if (PassThru)
            {
                WriteObject(variable);
            }
        }
    }
}
