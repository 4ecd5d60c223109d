namespace FlowModule.HelpBuilder;

/// <summary>What is wrong with the pages, told in the form that MSBuild and editors know.</summary>
internal sealed class Problems
{
    internal int Count { get; private set; }

    internal void Add(string file, int line, string message)
    {
        Count++;
        Console.Error.WriteLine($"{Path.GetFullPath(file)}({line}): error HELP001: {message}");
    }
}

/// <summary>A page that cannot be read.</summary>
internal sealed class PageException(int line, string message) : Exception(message)
{
    internal int Line { get; } = line;
}
