using System.Collections.ObjectModel;
using System.Management.Automation.Language;

namespace FlowModule.Dashboard.Forms;

/// <summary>A script's parameters as the fields of a form, read from its param block without running the script.</summary>
internal sealed class ParameterForm
{
    private ParameterForm(IReadOnlyList<ParameterField> fields, IReadOnlyList<string> sets, string? defaultSet)
    {
        Fields = fields;
        Sets = sets;
        DefaultSet = defaultSet;
    }

    /// <summary>The fields, in the order of the block.</summary>
    internal IReadOnlyList<ParameterField> Fields { get; }

    /// <summary>The parameter sets, if there are several.</summary>
    internal IReadOnlyList<string> Sets { get; }

    /// <summary>The default parameter set.</summary>
    internal string? DefaultSet { get; }

    /// <summary>Returns the form of a script; an empty form if the script cannot be parsed.</summary>
    internal static ParameterForm Of(string script)
    {
        ScriptBlockAst whole = Parser.ParseInput(script, out _, out _);
        ParamBlockAst? block = (whole.ParamBlock is null ? Body(whole) : whole)?.ParamBlock;
        if (block is null)
        {
            return new ParameterForm([], [], null);
        }

        ParameterField[] fields = [.. block.Parameters.Select(ParameterFields.Of)];
        string[] sets = [.. fields.SelectMany(static field => field.Sets).Distinct(StringComparer.OrdinalIgnoreCase)];
        return new ParameterForm(fields, sets.Length > 1 ? sets : [], DefaultSetOf(block.Attributes));
    }

    /// <summary>The history stores a script block with its braces: returns the block inside.</summary>
    private static ScriptBlockAst? Body(ScriptBlockAst whole) => whole.EndBlock?.Statements is [PipelineAst { PipelineElements: [CommandExpressionAst { Expression: ScriptBlockExpressionAst inner }] }]
        ? inner.ScriptBlock
        : null;

    private static string? DefaultSetOf(ReadOnlyCollection<AttributeAst> attributes) => attributes
        .Where(static attribute => ParameterFields.NameOf(attribute) == "CMDLETBINDING")
        .SelectMany(static attribute => attribute.NamedArguments)
        .FirstOrDefault(static argument => argument.ArgumentName.Equals("DefaultParameterSetName", StringComparison.OrdinalIgnoreCase))?.Argument is StringConstantExpressionAst name
            ? name.Value
            : null;
}

/// <summary>A parameter as a field.</summary>
public sealed record ParameterField
{
    public required string Name { get; init; }

    /// <summary>The type as written in the script, or null.</summary>
    internal string? Type { get; init; }

    public required FieldKind Kind { get; init; }

    internal bool IsRequired { get; init; }

    /// <summary>Whether several values are allowed, one per line.</summary>
    internal bool IsList { get; init; }

    /// <summary>The allowed values; empty for any.</summary>
    internal IReadOnlyList<string> Choices { get; init; } = [];

    internal string? Minimum { get; init; }

    internal string? Maximum { get; init; }

    /// <summary>A regular expression that a value must match, or null.</summary>
    internal string? Pattern { get; init; }

    internal int? LeastLength { get; init; }

    internal int? MostLength { get; init; }

    /// <summary>The default as written in the script, or null.</summary>
    internal string? Default { get; init; }

    /// <summary>The parameter's description in the script, or null.</summary>
    internal string? Help { get; init; }

    /// <summary>Its parameter sets; empty for all.</summary>
    internal IReadOnlyList<string> Sets { get; init; } = [];
}

/// <summary>How a field is shown.</summary>
public enum FieldKind
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Switch,

    /// <summary>A date with a time.</summary>
    Date,

    /// <summary>Text that is hidden.</summary>
    Secret,

    /// <summary>A user name and a password.</summary>
    Credential,

    /// <summary>Names with values, as the text of a hashtable.</summary>
    Table,
}
