using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Cronos;
using FlowModule.Storage.Tests.PostgreSql;
using FlowModule.Storage.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AssemblyClash.Tests;

/// <summary>A process that has loaded other versions of the assemblies that the module needs, as another module may do.</summary>
public sealed class ClashTests : IDisposable
{
    private static readonly string Manifest = typeof(ClashTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "ModuleManifest").Value!;

    private readonly string _folder = Directory.CreateTempSubdirectory("flow-clash").FullName;

    [Fact]
    public void The_history_and_the_rest_of_the_process_each_use_their_own_version()
    {
        using var own = new SqliteConnection("Data Source=:memory:");
        own.Open();
        Assert.Equal(5L, Ask(own, "SELECT 2 + 3"));

        string history = Path.Combine(_folder, "history.db");
        object state = Invoke($"Invoke-Flow {{ [CmdletBinding()] param() $PSCmdlet.WriteWarning('hello'); 5 }} -HistoryPath '{history}' -RequireHistory");

        Assert.Equal("Completed", state.ToString()!.Split('(')[0]);
        foreach (string name in new[] { "Microsoft.Data.Sqlite", "SQLitePCLRaw.core", "SQLitePCLRaw.provider.e_sqlite3" })
        {
            Assembly[] loaded = [.. AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == name)];
            Assert.Equal(2, loaded.Length);
            Assert.Single(loaded, assembly => AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default);
            Assert.NotEqual(loaded[0].Location, loaded[1].Location);
            if (name == "Microsoft.Data.Sqlite")
            {
                Assert.NotEqual(loaded[0].GetName().Version, loaded[1].GetName().Version);
            }
        }

        // Both continue to work, and both can read the file.
        Assert.Equal(5L, Ask(own, "SELECT 2 + 3"));
        Invoke($"Invoke-Flow {{ 6 }} -HistoryPath '{history}' -RequireHistory");
        using var reader = new SqliteConnection($"Data Source={history};Mode=ReadOnly;Pooling=False");
        reader.Open();
        Assert.Equal(2L, Ask(reader, "SELECT count(*) FROM run WHERE over = 1"));
        Assert.Equal("hello", Ask(reader, "SELECT message FROM log"));
    }

    [Fact]
    public void Schedules_and_the_rest_of_the_process_each_use_their_own_version()
    {
        CronExpression own = CronExpression.Parse("0 3 * * *");
        var noon = new DateTime(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc);
        Assert.Equal(noon.AddHours(15), own.GetNextOccurrence(noon));

        object next = Invoke("(New-FlowSchedule '0 3 13 * 5' -TimeZone UTC).Next('2026-11-24T12:00Z')");

        Assert.Equal(new DateTimeOffset(2026, 11, 27, 3, 0, 0, TimeSpan.Zero), next);
        Assembly[] loaded = [.. AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == "Cronos")];
        Assert.Equal(2, loaded.Length);
        Assert.Single(loaded, assembly => AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default);

        // All versions have the assembly version 0.0.0.0: in one context, they would be the same.
        Assert.NotEqual(loaded[0].ManifestModule.ModuleVersionId, loaded[1].ManifestModule.ModuleVersionId);
        Assert.Equal(noon.AddHours(15), own.GetNextOccurrence(noon));
    }

    [Fact]
    public void Mail_and_the_rest_of_the_process_each_use_their_own_version()
    {
        using var own = new MailKit.Net.Smtp.SmtpClient();
        // Nobody listens there.
        object problem = Invoke(
            "(New-FlowNotification -MailTo o@example.org -MailFrom f@example.org -SmtpServer 127.0.0.1 -Port 1 | Test-FlowNotification -ErrorAction Ignore).Message");

        Assert.Contains("refused", problem.ToString(), StringComparison.OrdinalIgnoreCase);
        foreach (string name in new[] { "MailKit", "MimeKit" })
        {
            Assembly[] loaded = [.. AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == name)];
            Assert.Equal(2, loaded.Length);
            Assert.Single(loaded, assembly => AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default);
            Assert.NotEqual(loaded[0].ManifestModule.ModuleVersionId, loaded[1].ManifestModule.ModuleVersionId);
        }

        Assert.False(own.IsConnected);
    }

    [PostgreSqlFact]
    public void A_history_on_a_server_and_the_rest_of_the_process_each_use_their_own_version()
    {
        PostgreSqlServer server = PostgreSqlServer.Instance;
        string address = server.NewAddress(), schema = address.Split("schema=")[1];
        var logs = new CountingLogs();
        var settings = new NpgsqlDataSourceBuilder($"Host={server.Folder};Username=postgres;Database=postgres");
        using NpgsqlDataSource own = settings.UseLoggerFactory(logs).Build();
        Assert.Equal(5, Ask(own, "SELECT 2 + 3"));

        object state = Invoke($"Invoke-Flow {{ [CmdletBinding()] param() $PSCmdlet.WriteWarning('hello'); 5 }} -HistoryPath '{address}' -RequireHistory");

        Assert.Equal("Completed", state.ToString()!.Split('(')[0]);
        foreach (string name in new[] { "Npgsql", "Microsoft.Extensions.Logging.Abstractions" })
        {
            Assembly[] loaded = [.. AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == name)];
            Assembly theirs = Assert.Single(loaded, static assembly => AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default);
            Assert.Contains(loaded, static assembly => AssemblyLoadContext.GetLoadContext(assembly) != AssemblyLoadContext.Default);
            Assert.All(loaded.Where(assembly => assembly != theirs), ours => Assert.NotEqual(theirs.GetName().Version, ours.GetName().Version));
        }

        // Both continue to work, and the logs of the one hear nothing of the other.
        int heard = logs.Count;
        Invoke($"Invoke-Flow {{ 6 }} -HistoryPath '{address}' -RequireHistory");
        Assert.Equal(heard, logs.Count);
        Assert.Equal(2L, Ask(own, $"SELECT count(*) FROM {schema}.run WHERE over = 1"));
        Assert.Equal("hello", Ask(own, $"SELECT message FROM {schema}.log"));
        Assert.True(logs.Count > heard);
    }

    [Fact]
    public void The_carrier_of_work_and_the_rest_of_the_process_each_use_their_own_version()
    {
        var own = new NpgsqlConnectionStringBuilder { Port = 3 };
        Invoke("Get-Command New-Flow");
        Assembly engine = AppDomain.CurrentDomain.GetAssemblies().Last(static assembly => assembly.GetName().Name == "FlowModule.Engine");
        Type contract = engine.GetType("FlowModule.Engine.Pool.IWorkQueueBackend", throwOnError: true)!;
        var create = (Delegate)Call(engine, "Loading.PrivateAssemblies", "Method", typeof(Func<>).MakeGenericType(contract), "hangfire", "FlowModule.Hangfire.HangfireBackend", "Create")!;
        object backend = create.DynamicInvoke()!;

        // Nobody listens there.
        object address = Call(engine, "Storage.HistoryAddress", "Parse", typeArgument: null, "postgres://nobody@127.0.0.1:1/none")!;
        object queue = contract.GetMethod("Open")!.Invoke(backend, [address])!;
        Exception refusal = Assert.Throws<TargetInvocationException>(() => queue.GetType().GetMethod("Put")!.Invoke(queue, ["p1_work_v1", Guid.NewGuid()])).InnerException!;

        Assert.Contains("cannot be reached", refusal.Message, StringComparison.Ordinal);
        Assembly[] loaded = [.. AppDomain.CurrentDomain.GetAssemblies().Where(static assembly => assembly.GetName().Name == "Npgsql")];
        Assert.Single(loaded, static assembly => AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default);
        Assert.True(loaded.Length > 1 && loaded.Select(static assembly => assembly.GetName().Version).Distinct().Count() == 2);
        Assert.Equal(3, own.Port);

        // Another module comes later, with its own (here of the same version: no other is to be had everywhere).
        Assembly ours = Assert.Single(AppDomain.CurrentDomain.GetAssemblies(), static assembly => assembly.GetName().Name == "Hangfire.Core");
        Assert.NotSame(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(ours));
        Assembly theirs = OwnCarrier();
        Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(theirs));
        Assert.NotEqual(theirs.Location, ours.Location);
        refusal = Assert.Throws<TargetInvocationException>(() => queue.GetType().GetMethod("Put")!.Invoke(queue, ["p1_work_v1", Guid.NewGuid()])).InnerException!;
        Assert.Contains("cannot be reached", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // The module's own connection is open until the process ends, and Windows then keeps the file.
        }
    }

    /// <summary>Loads the process's own version, in a method of its own: not before it is called.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Assembly OwnCarrier()
    {
        Assert.Equal("etl", new Hangfire.States.EnqueuedState("etl").Queue);
        return typeof(Hangfire.States.EnqueuedState).Assembly;
    }

    private static object? Ask(NpgsqlDataSource source, string sql)
    {
        using NpgsqlCommand command = source.CreateCommand(sql);
        return command.ExecuteScalar();
    }

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static object? Call(Assembly engine, string type, string method, Type? typeArgument, params object[] arguments)
    {
        MethodInfo found = engine.GetType("FlowModule.Engine." + type, throwOnError: true)!.GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!;
        return (typeArgument is null ? found : found.MakeGenericMethod(typeArgument)).Invoke(obj: null, arguments);
    }

    private static object Invoke(string script)
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", Manifest).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
        shell.Commands.Clear();

        object result = Assert.Single(shell.AddScript(script).Invoke()).BaseObject;
        Assert.Empty(shell.Streams.Error);
        return result;
    }

    /// <summary>Counts what Npgsql logs.</summary>
    private sealed class CountingLogs : ILoggerFactory, ILogger
    {
        private int _count;

        public int Count => _count;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Interlocked.Increment(ref _count);

        public void Dispose()
        {
        }
    }
}
