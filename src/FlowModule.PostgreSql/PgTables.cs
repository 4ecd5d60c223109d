namespace FlowModule.PostgreSql;

/// <summary>
/// The tables of the first format, and what later formats have changed, as those of a SQLite history: numbers are bigint, times are microseconds since 1970, flags are 0 or 1. Names ignore case
/// by indexes on lower().
/// </summary>
internal static class PgTables
{
    internal const string HostOfRun = "ALTER TABLE run ADD COLUMN host text;";

    internal const string First =
        """
        CREATE TABLE script(hash text PRIMARY KEY, text text NOT NULL);
        CREATE TABLE flow(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, script text, path text, line bigint, tags text,
            identity text NOT NULL UNIQUE);
        CREATE TABLE run(
            id uuid PRIMARY KEY, parent uuid, root uuid NOT NULL, kind bigint NOT NULL, name text NOT NULL, flow bigint NOT NULL, process bigint NOT NULL,
            created bigint NOT NULL, started bigint, ended bigint, over bigint NOT NULL, type bigint NOT NULL, state text, message text, changed bigint NOT NULL,
            due bigint, attempt bigint NOT NULL, errors bigint NOT NULL, states bigint NOT NULL, key bytea, restart_of uuid, schedule text, tick bigint)
            WITH (fillfactor = 70);
        CREATE INDEX run_parent ON run(parent, id) WHERE parent IS NOT NULL;
        CREATE INDEX run_top ON run(id) WHERE parent IS NULL;
        CREATE INDEX run_flow ON run(flow, id);
        CREATE INDEX run_flow_top ON run(flow, id) WHERE parent IS NULL;
        CREATE INDEX run_schedule ON run(lower(schedule), id) WHERE schedule IS NOT NULL;
        CREATE INDEX run_open ON run(process) WHERE over = 0;
        CREATE TABLE state(
            run uuid NOT NULL, number bigint NOT NULL, time bigint NOT NULL, type bigint NOT NULL, name text, message text, due bigint, PRIMARY KEY(run, number));
        CREATE TABLE value(run uuid NOT NULL, kind bigint NOT NULL, text text, note text, PRIMARY KEY(run, kind));
        CREATE TABLE log(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run uuid NOT NULL, time bigint NOT NULL, level bigint NOT NULL, message text NOT NULL);
        CREATE INDEX log_run ON log(run, id);
        CREATE TABLE setting(name text PRIMARY KEY, value text);
        CREATE TABLE request(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run uuid NOT NULL, kind bigint NOT NULL, text text, time bigint NOT NULL);
        CREATE INDEX request_run ON request(run);
        CREATE TABLE process(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL UNIQUE, machine text NOT NULL, pid bigint NOT NULL, space text NOT NULL,
            birth bigint NOT NULL, started bigint NOT NULL, has_lock bigint NOT NULL, version text NOT NULL, registered bigint NOT NULL,
            heartbeat bigint NOT NULL, ended bigint, kill_reason text) WITH (fillfactor = 70);
        CREATE INDEX process_open ON process(id) WHERE ended IS NULL;
        CREATE TABLE hook(run uuid PRIMARY KEY, text text NOT NULL);
        CREATE TABLE run_key(flow text NOT NULL, key text NOT NULL, run uuid NOT NULL);
        CREATE INDEX run_key_key ON run_key USING hash(key);
        CREATE INDEX run_key_run ON run_key(run);
        CREATE TABLE input(
            run uuid NOT NULL, name text NOT NULL, prompt text NOT NULL, type text, choices text, suspends bigint NOT NULL, asked bigint NOT NULL,
            answer text, answered bigint);
        CREATE UNIQUE INDEX input_name ON input(run, lower(name));
        CREATE TABLE shared_limit(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE, name text NOT NULL, max_concurrency bigint, per_second bigint);
        CREATE TABLE claim(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, process bigint NOT NULL, state bigint NOT NULL, notice bigint NOT NULL);
        CREATE INDEX claim_process ON claim(process);
        CREATE INDEX claim_notice ON claim(process) WHERE notice = 1;
        CREATE TABLE slot(claim bigint NOT NULL, shared_limit bigint NOT NULL, held bigint NOT NULL, turn bigint, PRIMARY KEY(claim, shared_limit));
        CREATE INDEX slot_held ON slot(shared_limit) WHERE held = 1;
        CREATE UNIQUE INDEX slot_turn ON slot(shared_limit, turn) WHERE turn IS NOT NULL;
        CREATE TABLE turn(last bigint NOT NULL);
        INSERT INTO turn VALUES(0);
        CREATE TABLE limit_grant(shared_limit bigint NOT NULL, time bigint NOT NULL);
        CREATE INDEX limit_grant_time ON limit_grant(shared_limit, time);
        CREATE TABLE result(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key bytea NOT NULL UNIQUE, about text NOT NULL, text text, size bigint NOT NULL,
            created bigint NOT NULL, expires bigint, used bigint NOT NULL);
        CREATE INDEX result_used ON result(used);
        CREATE INDEX result_expires ON result(expires) WHERE expires IS NOT NULL;
        CREATE TABLE result_total(bytes bigint NOT NULL);
        INSERT INTO result_total VALUES(0);
        CREATE FUNCTION result_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                UPDATE result_total SET bytes = bytes + new.size;
            ELSE
                UPDATE result_total SET bytes = bytes - old.size;
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER result_changed AFTER INSERT OR DELETE ON result FOR EACH ROW EXECUTE FUNCTION result_changed();
        CREATE TABLE result_claim(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key bytea NOT NULL UNIQUE, process bigint NOT NULL);
        CREATE TABLE tick(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, name text NOT NULL, time bigint NOT NULL, missed bigint NOT NULL,
            manual bigint NOT NULL, process bigint NOT NULL, script bigint, script_birth bigint, over bigint NOT NULL, type bigint NOT NULL, state text,
            message text, started bigint, ended bigint, exit_code bigint NOT NULL, late bigint NOT NULL, log text, stop text);
        CREATE UNIQUE INDEX tick_time ON tick(key, time);
        CREATE INDEX tick_open ON tick(key, id) WHERE over = 0;
        """;

    /// <summary>What each session has committed last.</summary>
    internal const string LastCommit =
        "CREATE TABLE last_commit(session uuid PRIMARY KEY, number bigint NOT NULL, time timestamptz NOT NULL DEFAULT clock_timestamp()) WITH (fillfactor = 50);";
}
