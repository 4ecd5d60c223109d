namespace FlowModule;

/// <summary>What a flow can take along from its caller.</summary>
public enum FlowClosureKind
{
    /// <summary>A variable that the script reads.</summary>
    Variable,

    /// <summary>The value of a <c>$using:</c> expression.</summary>
    UsingValue,

    /// <summary>A variable that the script names with <c>$script:</c> or <c>$global:</c>.</summary>
    SessionVariable,

    /// <summary>A variable of a module that its functions use.</summary>
    ModuleVariable,

    /// <summary>A function that the script calls, directly or through another.</summary>
    Function,

    /// <summary>An alias that the script calls.</summary>
    Alias,

    /// <summary>A module that contains a command of the script.</summary>
    Module,
}
