using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace FlowModule.FlowHost.Terminal;

/// <summary>Reads from the person at the terminal, and says so when there is none.</summary>
/// <param name="stopping">Fires when the script is told to stop, so that a read does not outlive it.</param>
internal sealed class ConsoleInput(CancellationToken stopping)
{
    /// <summary>Throws when nobody is there to answer.</summary>
    public static void EnsureInteractive(string wanted)
    {
        if (Console.IsInputRedirected)
        {
            // A HostException is what parameter binding turns into its error about missing mandatory parameters.
            throw new HostException(
                $"{wanted} needs an answer, but standard input is not a terminal.",
                innerException: null,
                errorId: "InputNotInteractive",
                ErrorCategory.InvalidOperation);
        }
    }

    public string ReadLine()
    {
        EnsureInteractive("Reading a line");
        return Interruptible(Console.ReadLine) ?? string.Empty;
    }

    public ConsoleKeyInfo ReadKey(bool intercept)
    {
        EnsureInteractive("Reading a key");
        return Interruptible(() => Console.ReadKey(intercept));
    }

    public SecureString ReadSecureLine(Action<string> echo)
    {
        SecureString text = new();
        for (ConsoleKeyInfo key = ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = ReadKey(intercept: true))
        {
            if (key.Key != ConsoleKey.Backspace)
            {
                text.AppendChar(key.KeyChar);
                echo("*");
            }
            else if (text.Length > 0)
            {
                text.RemoveAt(text.Length - 1);
                echo("\b \b");
            }
        }

        echo(Environment.NewLine);
        text.MakeReadOnly();
        return text;
    }

    // A blocking read of the console cannot be called off: it is left behind on a pool thread, which holds up no exit.
    private T Interruptible<T>(Func<T> read)
    {
        Task<T> reading = Task.Run(read, CancellationToken.None);
        try
        {
            reading.Wait(stopping);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        return reading.GetAwaiter().GetResult();
    }
}
