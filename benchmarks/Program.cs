using FlowModule.Benchmarks;

// dotnet run -c Release --project benchmarks             everything
// dotnet run -c Release --project benchmarks -- --quick  fewer and smaller runs, to check that it works
// dotnet run -c Release --project benchmarks -- cost     one part: cost, history, tasks, graphs, isolation, hosts, pool, kills, server, sleep, many, memory, schedules, dashboard, start, cold
if (args is ["--child", var child])
{
    return ChildProcess.Run(child);
}

// The runs are recorded, as usual, but not in the history of the user who measures.
string home = Directory.CreateTempSubdirectory("flow-benchmarks").FullName;
Environment.SetEnvironmentVariable("FLOW_HOME", home);
AppDomain.CurrentDomain.ProcessExit += (_, _) =>
{
    try
    {
        Directory.Delete(home, recursive: true);
    }
    catch (IOException)
    {
        // A file was created in it in the meantime; the system will remove it.
    }
};

bool quick = args.Contains("--quick");
string[] parts = [.. args.Where(arg => !arg.StartsWith('-'))];
var table = new Table();
bool Wants(string part) => parts.Length == 0 || parts.Contains(part);

if (Wants("cost"))
{
    SubflowCost.Measure(table, quick);
}

if (Wants("history"))
{
    HistoryCost.Measure(table, quick);
    HistorySize.Measure(table, quick);
}

if (Wants("tasks"))
{
    TaskCost.Measure(table, quick);
}

if (Wants("graphs"))
{
    TaskGraphs.Measure(table, quick);
}

if (Wants("isolation"))
{
    IsolationCost.Measure(table, quick);
}

if (Wants("hosts"))
{
    HostCost.Measure(table, quick);
}

if (Wants("pool"))
{
    PoolCost.Measure(table, quick);
}

if (Wants("kills"))
{
    PoolCost.Kill(table, quick);
}

if (Wants("server"))
{
    ServerHistory.Measure(table, quick);
}

if (Wants("sleep"))
{
    FourSleepingSubflows.Measure(table, quick);
}

if (Wants("many"))
{
    ManySleepingSubflows.Measure(table, quick);
}

if (Wants("memory"))
{
    MemoryUse.Measure(table, quick);
}

if (Wants("schedules"))
{
    ScheduleLoad.Measure(table, quick);
}

if (Wants("dashboard"))
{
    DashboardPages.Measure(table, quick);
}

if (Wants("start"))
{
    StartUp.Measure(table, quick);
}

if (Wants("cold"))
{
    ColdStart.Measure(table, quick);
}

// A quick run only shows that everything works; it is too short for a judgement.
bool isGood = table.Print();
return isGood || quick ? 0 : 1;
