namespace FlowModule.Sqlite;

/// <summary>The tables of the first format, and what later formats have changed. None of it ever changes: <see cref="SqliteSchema"/> makes one step after another.</summary>
internal static class SqliteTables
{
    internal const string Runs =
        """
        CREATE TABLE script(hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE flow(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, script TEXT, path TEXT, line INTEGER, tags TEXT,
            identity TEXT NOT NULL UNIQUE);
        CREATE INDEX flow_name ON flow(name);
        CREATE TABLE run(
            id BLOB PRIMARY KEY, parent BLOB, root BLOB NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE,
            flow INTEGER NOT NULL, process INTEGER NOT NULL, created INTEGER NOT NULL, started INTEGER, ended INTEGER, over INTEGER NOT NULL,
            type INTEGER NOT NULL, state TEXT, message TEXT, changed INTEGER NOT NULL, due INTEGER, attempt INTEGER NOT NULL,
            errors INTEGER NOT NULL, states INTEGER NOT NULL, key BLOB, restart_of BLOB,
            schedule TEXT COLLATE NOCASE, tick INTEGER) WITHOUT ROWID;
        CREATE INDEX run_parent ON run(parent, id) WHERE parent IS NOT NULL;
        CREATE INDEX run_top ON run(id) WHERE parent IS NULL;
        CREATE INDEX run_flow ON run(flow, id);
        CREATE INDEX run_schedule ON run(schedule, id) WHERE schedule IS NOT NULL;
        CREATE INDEX run_open ON run(process) WHERE over = 0;
        CREATE TABLE state(
            run BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL, type INTEGER NOT NULL, name TEXT, message TEXT, due INTEGER,
            PRIMARY KEY(run, number)) WITHOUT ROWID;
        CREATE TABLE value(
            run BLOB NOT NULL, kind INTEGER NOT NULL, text TEXT, note TEXT, PRIMARY KEY(run, kind)) WITHOUT ROWID;
        CREATE TABLE log(id INTEGER PRIMARY KEY, run BLOB NOT NULL, time INTEGER NOT NULL, level INTEGER NOT NULL, message TEXT NOT NULL);
        CREATE INDEX log_run ON log(run, id);
        CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
        """;

    // Lists show runs without a parent. A search reads all that it looks at from the index, so it need not read the rows of the table. Both have
    // the column that their condition is about: otherwise SQLite reads the rows for it.
    internal const string ListIndexes =
        """
        DROP INDEX run_top;
        CREATE INDEX run_top ON run(id, parent, name, flow, type, state, message, schedule) WHERE parent IS NULL;
        CREATE INDEX run_flow_top ON run(flow, id, parent) WHERE parent IS NULL;
        """;

    internal const string HostOfRun = "ALTER TABLE run ADD COLUMN host TEXT;";

    internal const string Requests = "CREATE TABLE request(id INTEGER PRIMARY KEY, run BLOB NOT NULL, kind INTEGER NOT NULL, text TEXT, time INTEGER NOT NULL);";

    internal const string Processes =
        """
        CREATE TABLE process(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, machine TEXT NOT NULL, pid INTEGER NOT NULL, space TEXT NOT NULL, birth INTEGER NOT NULL,
            started INTEGER NOT NULL, has_lock INTEGER NOT NULL, version TEXT NOT NULL, registered INTEGER NOT NULL, heartbeat INTEGER NOT NULL,
            ended INTEGER, kill_reason TEXT);
        CREATE INDEX process_open ON process(id) WHERE ended IS NULL;
        CREATE TABLE hook(run BLOB PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
        """;

    internal const string RunKeys =
        """
        CREATE TABLE run_key(flow TEXT NOT NULL COLLATE NOCASE, key TEXT NOT NULL, run BLOB NOT NULL, PRIMARY KEY(flow, key)) WITHOUT ROWID;
        CREATE INDEX run_key_run ON run_key(run);
        """;

    internal const string Inputs =
        """
        CREATE TABLE input(
            run BLOB NOT NULL, name TEXT NOT NULL COLLATE NOCASE, prompt TEXT NOT NULL, type TEXT, choices TEXT, suspends INTEGER NOT NULL, asked INTEGER NOT NULL,
            answer TEXT, answered INTEGER, PRIMARY KEY(run, name)) WITHOUT ROWID;
        """;

    internal const string Limits =
        """
        CREATE TABLE shared_limit(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, max_concurrency INTEGER, per_second INTEGER);
        CREATE TABLE claim(id INTEGER PRIMARY KEY AUTOINCREMENT, process INTEGER NOT NULL, state INTEGER NOT NULL, notice INTEGER NOT NULL);
        CREATE INDEX claim_process ON claim(process);
        CREATE INDEX claim_notice ON claim(process) WHERE notice = 1;
        CREATE TABLE slot(claim INTEGER NOT NULL, shared_limit INTEGER NOT NULL, held INTEGER NOT NULL, turn INTEGER, PRIMARY KEY(claim, shared_limit)) WITHOUT ROWID;
        CREATE INDEX slot_held ON slot(shared_limit) WHERE held = 1;
        CREATE UNIQUE INDEX slot_turn ON slot(shared_limit, turn) WHERE turn IS NOT NULL;
        CREATE TABLE turn(last INTEGER NOT NULL);
        INSERT INTO turn VALUES(0);
        CREATE TABLE limit_grant(shared_limit INTEGER NOT NULL, time INTEGER NOT NULL);
        CREATE INDEX limit_grant_time ON limit_grant(shared_limit, time);
        """;

    internal const string Results =
        """
        CREATE TABLE result(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, about TEXT NOT NULL, text TEXT, size INTEGER NOT NULL,
            created INTEGER NOT NULL, expires INTEGER, used INTEGER NOT NULL);
        CREATE INDEX result_used ON result(used);
        CREATE INDEX result_expires ON result(expires) WHERE expires IS NOT NULL;
        CREATE TABLE result_total(bytes INTEGER NOT NULL);
        INSERT INTO result_total VALUES(0);
        CREATE TRIGGER result_added AFTER INSERT ON result BEGIN UPDATE result_total SET bytes = bytes + new.size; END;
        CREATE TRIGGER result_removed AFTER DELETE ON result BEGIN UPDATE result_total SET bytes = bytes - old.size; END;
        CREATE TABLE result_claim(id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, process INTEGER NOT NULL);
        """;

    internal const string Schedules =
        """
        CREATE TABLE tick(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, name TEXT NOT NULL, time INTEGER NOT NULL, missed INTEGER NOT NULL, manual INTEGER NOT NULL,
            process INTEGER NOT NULL, script INTEGER, script_birth INTEGER, over INTEGER NOT NULL, type INTEGER NOT NULL, state TEXT, message TEXT,
            started INTEGER, ended INTEGER, exit_code INTEGER NOT NULL, late INTEGER NOT NULL, log TEXT, stop TEXT);
        CREATE UNIQUE INDEX tick_time ON tick(key, time);
        CREATE INDEX tick_open ON tick(key, id) WHERE over = 0;
        """;
}
