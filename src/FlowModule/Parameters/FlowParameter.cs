using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Parameters;

/// <summary>One parameter of a flow's own param block.</summary>
internal sealed class FlowParameter
{
    // The attribute with which PowerShell converts to the parameter's type.
    private const string TypeConversion = "ArgumentTypeConverterAttribute";

    private readonly ExpressionAst? _default;

    /// <param name="metadata">PowerShell's metadata.</param>
    /// <param name="defaultValue">The default in the param block, or null.</param>
    internal FlowParameter(ParameterMetadata metadata, ExpressionAst? defaultValue)
    {
        _default = defaultValue;
        Name = metadata.Name;
        Type = metadata.ParameterType;
        Aliases = [.. metadata.Aliases];
        Attributes = metadata.Attributes;
        HasDefault = defaultValue is not null || metadata.SwitchParameter;
        IsMandatory = metadata.Attributes.OfType<ParameterAttribute>().Any(attribute => attribute.Mandatory);
        TakesWholeInput = metadata.Attributes.OfType<ParameterAttribute>().Any(attribute => attribute.ValueFromPipeline);
    }

    internal string Name { get; }

    internal Type Type { get; }

    internal string[] Aliases { get; }

    internal Collection<Attribute> Attributes { get; }

    internal bool HasDefault { get; }

    internal bool IsMandatory { get; }

    internal bool TakesWholeInput { get; }

    /// <summary>
    /// The default value, if it is known before the body runs. A computed default
    /// may have another value in the body. Null if it is not known.
    /// </summary>
    internal object? KnownDefault()
    {
        try
        {
            return LanguagePrimitives.TryConvertTo(_default?.SafeGetValue(), Type, CultureInfo.InvariantCulture, out object? value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    internal bool Answers(string name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase) || Array.Exists(Aliases, alias => string.Equals(alias, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Why <paramref name="value"/> is invalid for this parameter, or null if it is valid.</summary>
    internal string? WhyNot(object? value)
    {
        if (IsMandatory && IsEmpty(value, out string what))
        {
            return $"it is mandatory, and the value is {what}";
        }

        object? converted = value;

        // A transformation may change the value in any way, and only when it is bound.
        if (!Attributes.OfType<ArgumentTransformationAttribute>().Any(attribute => attribute.GetType().Name != TypeConversion) && !LanguagePrimitives.TryConvertTo(value, Type, out converted))
        {
            return $"the value cannot be converted to [{LanguagePrimitives.ConvertTypeNameToPSTypeName(Type.FullName).Trim('[', ']')}]";
        }

        try
        {
            // A variable validates its value with the same attributes as a parameter.
            foreach (ValidateArgumentsAttribute attribute in Attributes.OfType<ValidateArgumentsAttribute>())
            {
                _ = new PSVariable(Name, converted, ScopedItemOptions.None, [attribute]);
            }
        }
        catch (ValidationMetadataException)
        {
            return "the value does not pass the parameter's validation";
        }

        return null;
    }

    private bool IsEmpty(object? value, out string what)
    {
        what = value is null ? "null" : "an empty string";
        return (value is null && !Attributes.OfType<AllowNullAttribute>().Any())
            || (value is "" && Type == typeof(string) && !Attributes.OfType<AllowEmptyStringAttribute>().Any());
    }
}
