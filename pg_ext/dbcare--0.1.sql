/* Made by gen from common/core/api.def. */

\echo Use "create extension dbcare" to load this file. \quit

create function dbcare_version()
returns text
language c immutable parallel safe
as 'MODULE_PATHNAME', 'dbcare_version';
comment on function dbcare_version() is
	'Returns the version of the loaded library.';

create function dbcare_functions()
returns table (
	name text,
	class text,
	arguments text,
	result text,
	area text,
	description text,
	options jsonb,
	result_schema jsonb)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_functions';
comment on function dbcare_functions() is
	'Lists the functions of dbcare.';

create function dbcare_settings()
returns table (
	name text,
	value text,
	default_value text,
	source text,
	description text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_settings';
comment on function dbcare_settings() is
	'Lists every setting with its current value.';

create function dbcare_set(
	name text,
	value "any")
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_set';
comment on function dbcare_set(text, "any") is
	'Stores a setting for this database; a null value resets it to its default.';
revoke all on routine dbcare_set(text, "any") from public;

create function dbcare_set(
	name text,
	value text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_set';
comment on function dbcare_set(text, text) is
	'Stores a setting for this database; a null value resets it to its default.';
revoke all on routine dbcare_set(text, text) from public;

create function dbcare_get(
	name text)
returns text
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_get';
comment on function dbcare_get(text) is
	'Returns the current value of one setting.';

create function dbcare_progress()
returns table (
	pid bigint,
	function_name text,
	phase text,
	done bigint,
	total bigint,
	started_at timestamptz)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_progress';
comment on function dbcare_progress() is
	'Lists the dbcare calls that are running: in this database on PostgreSQL, in this process on SQLite.';

create function dbcare_grant(
	role_name text,
	area text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_grant';
comment on function dbcare_grant(text, text, jsonb) is
	'Grants a role the functions of one area and the dbcare tables they use.';
revoke all on routine dbcare_grant(text, text, jsonb) from public;

create function dbcare_events(
	options jsonb default null)
returns table (
	event_id bigint,
	at timestamptz,
	who text,
	role text,
	application text,
	address text,
	function_name text,
	arguments jsonb,
	outcome text,
	sqlstate text,
	duration_ms double precision)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_events';
comment on function dbcare_events(jsonb) is
	'Lists the calls of functions that write, oldest first.';

create function dbcare_install()
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_install';
comment on function dbcare_install() is
	'Creates dbcare''s tables, or upgrades them to the loaded version.';
revoke all on routine dbcare_install() from public;

create function dbcare_uninstall(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_uninstall';
comment on function dbcare_uninstall(jsonb) is
	'Drops dbcare''s tables with all their history; without confirm, the call fails and lists what would be lost.';
revoke all on routine dbcare_uninstall(jsonb) from public;

create function dbmigrate_add(
	version text,
	name text,
	up_sql text,
	down_sql text default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_add';
comment on function dbmigrate_add(text, text, text, text, jsonb) is
	'Registers one migration, or replaces its registered text.';
revoke all on routine dbmigrate_add(text, text, text, text, jsonb) from public;

create function dbmigrate_add(
	version numeric,
	name text,
	up_sql text,
	down_sql text default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on function dbmigrate_add(numeric, text, text, text, jsonb) is
	'Rejects a version passed as a number.';
revoke all on routine dbmigrate_add(numeric, text, text, text, jsonb) from public;

create function dbmigrate_remove(
	version text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_remove';
comment on function dbmigrate_remove(text) is
	'Removes the registration of a migration that was never applied; the log records it. Returns version, name, action and checksum.';
revoke all on routine dbmigrate_remove(text) from public;

create function dbmigrate_remove(
	version numeric)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on function dbmigrate_remove(numeric) is
	'Rejects a version passed as a number.';
revoke all on routine dbmigrate_remove(numeric) from public;

create function dbmigrate_load(
	source text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_load';
comment on function dbmigrate_load(text, jsonb) is
	'Registers every migration of a directory or of a JSON object of files, and no others: one whose file is missing is no longer registered, and one whose file was renamed has its new version; all or nothing.';
revoke all on routine dbmigrate_load(text, jsonb) from public;

create function dbmigrate_load(
	source jsonb,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_load';
comment on function dbmigrate_load(jsonb, jsonb) is
	'Registers every migration of a directory or of a JSON object of files, and no others: one whose file is missing is no longer registered, and one whose file was renamed has its new version; all or nothing.';
revoke all on routine dbmigrate_load(jsonb, jsonb) from public;

create function dbmigrate_status()
returns table (
	version text,
	name text,
	state text,
	applied_at timestamptz,
	applied_by text,
	duration_ms bigint,
	reversible boolean,
	transactional boolean,
	depends_on jsonb,
	checksum text,
	problem text,
	blocks boolean)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_status';
comment on function dbmigrate_status() is
	'Lists every migration that is registered or applied, in the order in which they run.';

create function dbmigrate_pending()
returns table (
	step bigint,
	version text,
	name text,
	description text,
	reversible boolean,
	transactional boolean,
	depends_on jsonb)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_pending';
comment on function dbmigrate_pending() is
	'Lists the migrations dbmigrate_apply() would apply, in that order.';

create function dbmigrate_history()
returns table (
	event_id bigint,
	event text,
	version text,
	name text,
	actor text,
	role_name text,
	happened_at timestamptz,
	application text,
	duration_ms bigint,
	error text,
	checksum text,
	app_version text,
	git_sha text,
	ticket text,
	hash text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_history';
comment on function dbmigrate_history() is
	'Reads the append-only log of everything that happened to migrations, oldest first.';

create function dbmigrate_version()
returns text
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_version';
comment on function dbmigrate_version() is
	'The highest version that is applied, or null.';

create function dbmigrate_plan(
	target text default null,
	options jsonb default null)
returns table (
	step bigint,
	version text,
	direction text,
	statement_no bigint,
	statement text,
	lock_level text,
	locks jsonb,
	rewrites_table boolean,
	bytes bigint,
	transactional boolean,
	finding text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_plan';
comment on function dbmigrate_plan(text, jsonb) is
	'Lists the statements dbmigrate_apply() would run; nothing runs.';

create function dbmigrate_plan(
	target numeric,
	options jsonb default null)
returns table (
	step bigint,
	version text,
	direction text,
	statement_no bigint,
	statement text,
	lock_level text,
	locks jsonb,
	rewrites_table boolean,
	bytes bigint,
	transactional boolean,
	finding text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on function dbmigrate_plan(numeric, jsonb) is
	'Rejects a version passed as a number.';

create function dbmigrate_apply(
	target text default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_apply';
comment on function dbmigrate_apply(text, jsonb) is
	'Applies pending migrations in order of dependency and version, as one atomic unit.';
revoke all on routine dbmigrate_apply(text, jsonb) from public;

create function dbmigrate_apply(
	target numeric,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on function dbmigrate_apply(numeric, jsonb) is
	'Rejects a version passed as a number.';
revoke all on routine dbmigrate_apply(numeric, jsonb) from public;

create procedure dbmigrate_deploy(
	target text default null,
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbmigrate_deploy';
comment on procedure dbmigrate_deploy(text, jsonb, inout jsonb) is
	'Applies pending migrations in order of dependency and version, or rolls them back, each in a separate transaction, and those that cannot run in one outside a transaction; waits for locks are short and retried.';
revoke all on routine dbmigrate_deploy(text, jsonb, inout jsonb) from public;

create procedure dbmigrate_deploy(
	target numeric,
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on procedure dbmigrate_deploy(numeric, jsonb, inout jsonb) is
	'Rejects a version passed as a number.';
revoke all on routine dbmigrate_deploy(numeric, jsonb, inout jsonb) from public;

create function dbmigrate_rollback(
	target text default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_rollback';
comment on function dbmigrate_rollback(text, jsonb) is
	'Rolls back the last applied migration, or all above a version.';
revoke all on routine dbmigrate_rollback(text, jsonb) from public;

create function dbmigrate_rollback(
	target numeric,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on function dbmigrate_rollback(numeric, jsonb) is
	'Rejects a version passed as a number.';
revoke all on routine dbmigrate_rollback(numeric, jsonb) from public;

create function dbmigrate_test(
	version text default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_test';
comment on function dbmigrate_test(text, jsonb) is
	'Runs every pending migration up, down and up again, and reports whether the down script restores the schema; all changes are rolled back.';
revoke all on routine dbmigrate_test(text, jsonb) from public;

create function dbmigrate_test(
	version numeric,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on function dbmigrate_test(numeric, jsonb) is
	'Rejects a version passed as a number.';
revoke all on routine dbmigrate_test(numeric, jsonb) from public;

create function dbmigrate_baseline(
	version text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_baseline';
comment on function dbmigrate_baseline(text) is
	'Marks every registered migration up to a version as applied without running it.';
revoke all on routine dbmigrate_baseline(text) from public;

create function dbmigrate_baseline(
	version numeric)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on function dbmigrate_baseline(numeric) is
	'Rejects a version passed as a number.';
revoke all on routine dbmigrate_baseline(numeric) from public;

create function dbmigrate_repair(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_repair';
comment on function dbmigrate_repair(jsonb) is
	'Repairs dbcare''s tables without running migrations: clears failed migrations, accepts changed texts, forgets applied migrations that are no longer registered, accepts drift; returns the versions cleared, accepted and forgotten, the objects of accepted drift, and the invalid indexes that an interrupted dbmigrate_deploy() has left.';
revoke all on routine dbmigrate_repair(jsonb) from public;

create function dbmigrate_verify()
returns table (
	version text,
	finding text,
	message text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_verify';
comment on function dbmigrate_verify() is
	'Runs the verify_sql of applied migrations read-only, compares applied and registered texts, verifies the log by its hashes and the ledger by the log, and compares the schema with the one the last migration left; no rows mean no problems.';

create function dbmigrate_fingerprint()
returns text
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_fingerprint';
comment on function dbmigrate_fingerprint() is
	'SHA-256 of the normalised schema, without dbcare''s own objects and members of extensions.';

create function dbmigrate_drift()
returns table (
	object_type text,
	object text,
	change text,
	expected text,
	actual text,
	changed_at timestamptz,
	changed_by text,
	statement text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_drift';
comment on function dbmigrate_drift() is
	'Lists differences between the current schema and the one the last migration left; no rows mean no differences.';

create function dbmigrate_watch(
	enabled boolean)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_watch';
comment on function dbmigrate_watch(boolean) is
	'Turns the recording of schema changes outside migrations on or off; requires a superuser, because it creates event triggers.';
revoke all on routine dbmigrate_watch(boolean) from public;

create function dbmigrate_schema()
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_schema';
comment on function dbmigrate_schema() is
	'The normalised schema as a document: engine, fingerprint and objects (type, name, parent, position, definition, details, depends_on, and [SQLite] shown: the name as it was spelled), to be compared or given to dbmigrate_diff().';

create function dbmigrate_snapshot()
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_snapshot';
comment on function dbmigrate_snapshot() is
	'The schema that the last migration left, as a document like that of dbmigrate_schema(); null if none is stored or a deployment is unfinished.';

create function dbmigrate_diff(
	old_schema jsonb,
	new_schema jsonb)
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_diff';
comment on function dbmigrate_diff(jsonb, jsonb) is
	'SQL that changes one schema into another (up) and back (down); comments mark statements that destroy data or may fail, and omitted changes.';

create function dbmigrate_lint(
	sql text,
	options jsonb default null)
returns table (
	statement_no bigint,
	line bigint,
	rule text,
	severity text,
	message text,
	suggestion text,
	file text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_lint';
comment on function dbmigrate_lint(text, jsonb) is
	'Finds dangerous statements in SQL without running it: what it would lock, rewrite, destroy or leave behind in this database.';

create function dbmigrate_lint(
	sql jsonb,
	options jsonb default null)
returns table (
	statement_no bigint,
	line bigint,
	rule text,
	severity text,
	message text,
	suggestion text,
	file text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_lint';
comment on function dbmigrate_lint(jsonb, jsonb) is
	'Finds dangerous statements in SQL without running it: what it would lock, rewrite, destroy or leave behind in this database.';

create function dbmigrate_measure(
	target text default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_measure';
comment on function dbmigrate_measure(text, jsonb) is
	'Runs the statements of the plan, records which locks each takes on existing relations and which of these it rewrites, and rolls everything back; values taken from sequences are not rolled back.';
revoke all on routine dbmigrate_measure(text, jsonb) from public;

create function dbmigrate_measure(
	target numeric,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcare_refuse_number';
comment on function dbmigrate_measure(numeric, jsonb) is
	'Rejects a version passed as a number.';
revoke all on routine dbmigrate_measure(numeric, jsonb) from public;

create function dbmigrate_rebuild(
	relation text,
	new_create_sql text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_rebuild';
comment on function dbmigrate_rebuild(text, text, jsonb) is
	'Rebuilds a table to match a CREATE TABLE statement, with its rows, indexes, triggers and references; fails if it cannot prove that nothing is lost.';
revoke all on routine dbmigrate_rebuild(text, text, jsonb) from public;

create function dbmigrate_adopt(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_adopt';
comment on function dbmigrate_adopt(jsonb) is
	'Adopts the ledger of another migration tool in this database: migrations it lists as applied become a baseline, and registered texts are compared with its checksums.';
revoke all on routine dbmigrate_adopt(jsonb) from public;

create procedure dbmigrate_backfill(
	name text,
	sql text default null,
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbmigrate_backfill';
comment on procedure dbmigrate_backfill(text, text, jsonb, inout jsonb) is
	'Runs an UPDATE over a whole table in short transactions, resuming where it stopped; migrations can depend on its completion.';
revoke all on routine dbmigrate_backfill(text, text, jsonb, inout jsonb) from public;

create function dbmigrate_backfills()
returns table (
	name text,
	table_name text,
	state text,
	rows_seen bigint,
	rows_changed bigint,
	rows_total bigint,
	percent double precision,
	batches bigint,
	longest_ms double precision,
	started_at timestamptz,
	changed_at timestamptz,
	eta_at timestamptz,
	pid bigint,
	failure text,
	statement text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmigrate_backfills';
comment on function dbmigrate_backfills() is
	'Lists the backfills and their progress.';

create function dbhealth_ping()
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_ping';
comment on function dbhealth_ping() is
	'Returns true if the database answers, with the engine, its version and the name of the database.';

create function dbhealth_report(
	options jsonb default null)
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_report';
comment on function dbhealth_report(jsonb) is
	'Returns the health report as one document.';

create function dbhealth_checks(
	options jsonb default null)
returns table (
	check_id text,
	category text,
	severity text,
	object text,
	value double precision,
	unit text,
	message text,
	suggestion text,
	fix_sql text,
	fix_risk text,
	fix_locks text,
	penalty double precision,
	reason text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_checks';
comment on function dbhealth_checks(jsonb) is
	'Runs the health checks: one row per finding, and one row per check without findings; checks that were not run only on request.';

create function dbhealth_score(
	options jsonb default null)
returns bigint
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_score';
comment on function dbhealth_score(jsonb) is
	'Returns the health score, 0 to 100.';

create function dbhealth_status(
	options jsonb default null)
returns text
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_status';
comment on function dbhealth_status(jsonb) is
	'Returns healthy (score 80 or more), warning (60 or more) or critical.';

create function dbhealth_size()
returns table (
	part text,
	bytes bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_size';
comment on function dbhealth_size() is
	'Returns the size of the database by part.';

create function dbhealth_tables()
returns table (
	table_name text,
	row_estimate bigint,
	total_bytes bigint,
	table_bytes bigint,
	index_bytes bigint,
	free_bytes bigint,
	dead_rows bigint,
	index_count bigint,
	last_analyzed_at timestamptz,
	seq_scans bigint,
	seq_rows_read bigint,
	rows_written bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_tables';
comment on function dbhealth_tables() is
	'Lists the user tables, largest first.';

create function dbhealth_vacuum()
returns table (
	table_name text,
	work text,
	reason text,
	value bigint,
	threshold double precision,
	due_since timestamptz,
	last_at timestamptz,
	enabled boolean,
	pid bigint,
	phase text,
	percent double precision)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_vacuum';
comment on function dbhealth_vacuum() is
	'Lists the tables that autovacuum should vacuum or analyze, the most overdue first, and those that a process is working on.';

create function dbhealth_indexes()
returns table (
	index_name text,
	table_name text,
	columns text,
	bytes bigint,
	scans bigint,
	last_scan_at timestamptz,
	is_unique boolean,
	is_valid boolean,
	constraint_name text,
	duplicate_of text,
	covered_by text,
	definition text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_indexes';
comment on function dbhealth_indexes() is
	'Lists the indexes of user tables, largest first, with their use and with indexes that make them redundant.';

create function dbhealth_connections()
returns table (
	database_name text,
	user_name text,
	state text,
	connections bigint,
	oldest_seconds double precision,
	waiting bigint,
	connection_limit bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_connections';
comment on function dbhealth_connections() is
	'Counts connections by state, with the limit: those of the server on PostgreSQL, the calling one on SQLite.';

create function dbhealth_schema()
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_schema';
comment on function dbhealth_schema() is
	'Counts the objects of the schema by kind, and the columns, keys, indexes and triggers of each table; null for kinds the engine does not have.';

create function dbhealth_statistics()
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_statistics';
comment on function dbhealth_statistics() is
	'Returns usage counters of the database: transactions, cache, rows read and written, and since when they count. SQLite counts only the cache of this connection; all other counters are null.';

create function dbhealth_score_explain(
	options jsonb default null)
returns table (
	check_id text,
	findings bigint,
	base double precision,
	penalty double precision,
	cap text,
	evidence_age double precision)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_score_explain';
comment on function dbhealth_score_explain(jsonb) is
	'Lists what the score consists of: the penalties add up to 100 minus the score.';

create function dbhealth_suppress(
	check_id text,
	object_pattern text,
	reason text,
	until_at text default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_suppress';
comment on function dbhealth_suppress(text, text, text, text) is
	'Excludes findings from the score and from alerts until a date; they stay in the report. An unknown result cannot be suppressed.';
revoke all on routine dbhealth_suppress(text, text, text, text) from public;

create function dbhealth_suppressions()
returns table (
	check_id text,
	object_pattern text,
	reason text,
	until_at timestamptz,
	active boolean,
	created_at timestamptz,
	created_by text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_suppressions';
comment on function dbhealth_suppressions() is
	'Lists the suppressions made with dbhealth_suppress().';

create function dbhealth_advise(
	query text default null,
	options jsonb default null)
returns table (
	table_name text,
	index_sql text,
	cost_before double precision,
	cost_after double precision,
	queries bigint,
	write_cost double precision,
	size_bytes bigint,
	reason text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_advise';
comment on function dbhealth_advise(text, jsonb) is
	'Lists indexes that would make a query cheaper, or the statements that monitoring has seen: each is tried with the planner, and none is built.';

create function dbhealth_growth(
	options jsonb default null)
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_growth';
comment on function dbhealth_growth(jsonb) is
	'Returns the growth of the database and a forecast, from stored samples.';

create function dbhealth_metrics(
	options jsonb default null)
returns text
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_metrics';
comment on function dbhealth_metrics(jsonb) is
	'Returns score, checks, sizes and monitoring data in OpenMetrics format.';

create function dbhealth_html(
	options jsonb default null)
returns text
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_html';
comment on function dbhealth_html(jsonb) is
	'Returns the health report as one self-contained HTML page.';

create function dbhealth_text(
	options jsonb default null)
returns text
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_text';
comment on function dbhealth_text(jsonb) is
	'Returns the health report as text for a terminal, the worst findings first.';

create function dbhealth_fleet(
	options jsonb default null)
returns table (
	server text,
	server_role text,
	score bigint,
	status text,
	findings jsonb,
	lag_bytes bigint,
	lag_seconds double precision,
	message text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbhealth_fleet';
comment on function dbhealth_fleet(jsonb) is
	'Returns the health of several servers, one row each, through foreign servers.';

create procedure dbhealth_optimize(
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbhealth_optimize';
comment on procedure dbhealth_optimize(jsonb, inout jsonb) is
	'Gathers planner statistics, rebuilds damaged indexes and, on request, creates missing indexes and returns free space.';
revoke all on routine dbhealth_optimize(jsonb, inout jsonb) from public;

create procedure dbhealth_fix(
	check_id text,
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbhealth_fix';
comment on procedure dbhealth_fix(text, jsonb, inout jsonb) is
	'Runs the fix_sql of the findings of one check, one after the other.';
revoke all on routine dbhealth_fix(text, jsonb, inout jsonb) from public;

create function dbcheck_constraints(
	relation text default null,
	options jsonb default null)
returns table (
	table_name text,
	constraint_name text,
	kind text,
	violations bigint,
	sample_keys jsonb,
	message text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_constraints';
comment on function dbcheck_constraints(text, jsonb) is
	'Verifies every row against every declared constraint, whether or not the engine enforced it when the row was written; returns no rows if all constraints hold.';

create function dbcheck_integrity(
	options jsonb default null)
returns table (
	object text,
	problem text,
	severity text,
	fix_sql text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_integrity';
comment on function dbcheck_integrity(jsonb) is
	'Verifies the structure of tables and indexes and their catalog entries; returns no rows if nothing is damaged.';

create function dbcheck_orphans(
	relation text default null,
	options jsonb default null)
returns table (
	table_name text,
	constraint_name text,
	parent_table text,
	orphans bigint,
	sample_keys jsonb,
	message text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_orphans';
comment on function dbcheck_orphans(text, jsonb) is
	'Finds rows without a parent row, for declared foreign keys and for undeclared relations.';

create function dbcheck_row(
	relation text,
	row_data jsonb)
returns table (
	column_name text,
	constraint_name text,
	message text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_row';
comment on function dbcheck_row(text, jsonb) is
	'Lists the reasons why a table would refuse a row, without inserting it; returns no rows if the table would accept it.';

create function dbcheck_json(
	document jsonb,
	json_schema jsonb,
	options jsonb default null)
returns boolean
language c immutable parallel safe
as 'MODULE_PATHNAME', 'dbcheck_json';
comment on function dbcheck_json(jsonb, jsonb, jsonb) is
	'Returns whether a document is valid against a JSON Schema (draft 2020-12).';

create function dbcheck_json_errors(
	document jsonb,
	json_schema jsonb,
	options jsonb default null)
returns table (
	path text,
	keyword text,
	message text)
language c immutable parallel safe
as 'MODULE_PATHNAME', 'dbcheck_json_errors';
comment on function dbcheck_json_errors(jsonb, jsonb, jsonb) is
	'Lists the errors of a document against a JSON Schema (draft 2020-12); returns no rows if the document is valid.';

create function dbcheck_rule_add(
	name text,
	relation text,
	expression text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_rule_add';
comment on function dbcheck_rule_add(text, text, text, jsonb) is
	'Adds a data rule: an expression that every row of a table must satisfy (true or null, like a CHECK); replaces an existing rule of that name.';
revoke all on routine dbcheck_rule_add(text, text, text, jsonb) from public;

create function dbcheck_rule_drop(
	name text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_rule_drop';
comment on function dbcheck_rule_drop(text) is
	'Drops a data rule.';
revoke all on routine dbcheck_rule_drop(text) from public;

create function dbcheck_rules()
returns table (
	name text,
	table_name text,
	expression text,
	condition text,
	severity text,
	message text,
	repair_sql text,
	created_at timestamptz,
	created_by text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_rules';
comment on function dbcheck_rules() is
	'Lists the data rules.';

create function dbcheck_run(
	options jsonb default null)
returns table (
	source text,
	name text,
	table_name text,
	violations bigint,
	severity text,
	sample_keys jsonb,
	message text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_run';
comment on function dbcheck_run(jsonb) is
	'Runs all data checks: constraints, rules and integrity; returns no rows if nothing is wrong.';

create function dbcheck_repair(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_repair';
comment on function dbcheck_repair(jsonb) is
	'Repairs what the checks find. By default only a dry run, which performs the repair and rolls it back. Every changed or deleted row is saved first. The result names triggers that did not fire (triggers_not_fired).';
revoke all on routine dbcheck_repair(jsonb) from public;

create function dbcheck_salvage(
	source text,
	destination text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_salvage';
comment on function dbcheck_salvage(text, text, jsonb) is
	'Saves what can be read of a damaged file of SQLite, or of a damaged table of PostgreSQL, which is not changed. [SQLite] The file need not be a valid database: call it on another one, such as :memory:. The result has the rows of each table, and what is lost (object, page, problem); rows that are not certainly those of a table are in the table lost_and_found of the new file. [PG] For superusers. The new table has the columns, the key and the owner of the damaged one; columns of domains, and of arrays of domains, have the types below them, rows and ranges that have domains are text. Rows whose keys an index has, and the table has not, are taken from the newest dump of the database; the result has what is lost (block or ctid, key, problem). Rows that were deleted shortly before may be among them.';
revoke all on routine dbcheck_salvage(text, text, jsonb) from public;

create function dbcheck_quarantine()
returns table (
	repair_id bigint,
	quarantine_id bigint,
	table_name text,
	constraint_name text,
	action text,
	row_key jsonb,
	row_data jsonb,
	actor text,
	happened_at timestamptz,
	reason text,
	undone_at timestamptz)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_quarantine';
comment on function dbcheck_quarantine() is
	'Lists the saved rows that repairs have changed or deleted, as they were before.';

create function dbcheck_undo(
	repair_id bigint,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbcheck_undo';
comment on function dbcheck_undo(bigint, jsonb) is
	'Undoes a repair completely: restores every row to what it was before. The result names triggers that did not fire (triggers_not_fired).';
revoke all on routine dbcheck_undo(bigint, jsonb) from public;

create function dbmonitor_start(
	interval_seconds double precision default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_start';
comment on function dbmonitor_start(double precision, jsonb) is
	'Starts monitoring: a background worker on PostgreSQL; on SQLite statement statistics of this connection and a thread that takes samples.';
revoke all on routine dbmonitor_start(double precision, jsonb) from public;

create function dbmonitor_stop()
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_stop';
comment on function dbmonitor_stop() is
	'Stops monitoring; the samples and statistics stay.';
revoke all on routine dbmonitor_stop() from public;

create function dbmonitor_status()
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_status';
comment on function dbmonitor_status() is
	'Returns whether the database is monitored, by which process, since when, and what prevents it.';

create function dbmonitor_sample(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_sample';
comment on function dbmonitor_sample(jsonb) is
	'Takes one sample now, stores it and evaluates the alerts.';
revoke all on routine dbmonitor_sample(jsonb) from public;

create function dbmonitor_queries(
	options jsonb default null)
returns table (
	fingerprint text,
	query text,
	calls bigint,
	errors bigint,
	total_ms double precision,
	mean_ms double precision,
	max_ms double precision,
	p95_ms double precision,
	row_count bigint,
	last_at timestamptz)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_queries';
comment on function dbmonitor_queries(jsonb) is
	'Lists statement statistics, most expensive first: from pg_stat_statements on PostgreSQL, since dbmonitor_start() on SQLite.';

create function dbmonitor_slow_queries(
	options jsonb default null)
returns table (
	fingerprint text,
	query text,
	calls bigint,
	errors bigint,
	total_ms double precision,
	mean_ms double precision,
	max_ms double precision,
	p95_ms double precision,
	row_count bigint,
	last_at timestamptz)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_slow_queries';
comment on function dbmonitor_slow_queries(jsonb) is
	'Lists statement statistics of statements whose mean time is above the setting slow_query_ms, slowest first.';

create function dbmonitor_slow_log(
	options jsonb default null)
returns table (
	started_at timestamptz,
	duration_ms double precision,
	fingerprint text,
	query text,
	row_count bigint,
	user_name text,
	application text,
	full_scan_steps bigint,
	sorts bigint,
	automatic_indexes bigint,
	plan text,
	dropped bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_slow_log';
comment on function dbmonitor_slow_log(jsonb) is
	'Lists single executions that took longer than the setting slow_query_ms, the latest first; fails if none are recorded.';

create function dbmonitor_waits(
	options jsonb default null)
returns table (
	bucket_at timestamptz,
	fingerprint text,
	query text,
	wait_event_type text,
	wait_event text,
	samples bigint,
	sessions bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_waits';
comment on function dbmonitor_waits(jsonb) is
	'Lists what the statements of active sessions waited for when samples were taken, the latest period first.';

create function dbmonitor_plans(
	options jsonb default null)
returns table (
	fingerprint text,
	query text,
	plan_hash text,
	plan text,
	since_at timestamptz,
	calls bigint,
	mean_ms double precision,
	plan_hash_before text,
	plan_before text,
	mean_before_ms double precision,
	problem text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_plans';
comment on function dbmonitor_plans(jsonb) is
	'Lists the plans of statements that health checks of the monitor have noted, those that became slowest with another plan first.';

create function dbmonitor_errors(
	options jsonb default null)
returns table (
	hour_at timestamptz,
	sqlstate text,
	errors bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_errors';
comment on function dbmonitor_errors(jsonb) is
	'Lists failed statements by hour and SQLSTATE from stored samples, the latest hour first.';

create function dbmonitor_tables(
	options jsonb default null)
returns table (
	table_name text,
	seq_scans bigint,
	seq_rows_read bigint,
	rows_written bigint,
	first_at timestamptz,
	last_at timestamptz)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_tables';
comment on function dbmonitor_tables(jsonb) is
	'Lists how much tables were written and read between stored samples, the most written first.';

create function dbmonitor_locks(
	options jsonb default null)
returns table (
	blocked_pid bigint,
	blocking_pid bigint,
	root_pid bigint,
	depth bigint,
	waiting_since timestamptz,
	lock_type text,
	lock_mode text,
	relation text,
	blocked_query text,
	blocked_user text,
	blocked_application text,
	blocking_query text,
	blocking_user text,
	blocking_application text,
	blocking_state text,
	prepared text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_locks';
comment on function dbmonitor_locks(jsonb) is
	'Lists the sessions of the database that wait for a lock, each with every session that blocks it, the heads of chains first.';

create function dbmonitor_statistics()
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_statistics';
comment on function dbmonitor_statistics() is
	'Returns the time, number and failures of statements, cache hits, connections, and the slowest statements.';

create function dbmonitor_alerts(
	options jsonb default null)
returns table (
	alert_id bigint,
	alert text,
	severity text,
	object text,
	value double precision,
	threshold double precision,
	message text,
	raised_at timestamptz,
	acked_at timestamptz,
	acked_by text,
	note text,
	cleared_at timestamptz)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_alerts';
comment on function dbmonitor_alerts(jsonb) is
	'Lists the raised alerts, worst first.';

create function dbmonitor_ack(
	alert_id bigint,
	note text default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_ack';
comment on function dbmonitor_ack(bigint, text) is
	'Acknowledges an alert.';
revoke all on routine dbmonitor_ack(bigint, text) from public;

create function dbmonitor_reset(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbmonitor_reset';
comment on function dbmonitor_reset(jsonb) is
	'Deletes samples, dbcare''s statement statistics and alerts; in production only with confirm.';
revoke all on routine dbmonitor_reset(jsonb) from public;

create function dbarchive_enable(
	relation text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_enable';
comment on function dbarchive_enable(text, jsonb) is
	'Keeps the rows that are deleted from a table, and those that its cascades delete, so that they can be restored. The result names triggers that a restore will not fire (triggers_not_fired).';
revoke all on routine dbarchive_enable(text, jsonb) from public;

create function dbarchive_disable(
	relation text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_disable';
comment on function dbarchive_disable(text) is
	'No longer keeps the rows that are deleted from a table; those that were kept stay.';
revoke all on routine dbarchive_disable(text) from public;

create function dbarchive_delete(
	relation text,
	row_key "any",
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_delete';
comment on function dbarchive_delete(text, "any", jsonb) is
	'Deletes a row, and those that its cascades delete, so that they can be restored.';
revoke all on routine dbarchive_delete(text, "any", jsonb) from public;

create function dbarchive_delete(
	relation text,
	row_key text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_delete';
comment on function dbarchive_delete(text, text, jsonb) is
	'Deletes a row, and those that its cascades delete, so that they can be restored.';
revoke all on routine dbarchive_delete(text, text, jsonb) from public;

create function dbarchive_deleted(
	relation text default null)
returns table (
	table_name text,
	row_key jsonb,
	deleted_at timestamptz,
	deleted_by text,
	batch bigint,
	rows_in_batch bigint,
	purge_after timestamptz,
	row_data jsonb,
	reason text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_deleted';
comment on function dbarchive_deleted(text) is
	'Lists the deleted rows that can be restored, the last one first.';

create function dbarchive_restore(
	relation text,
	row_key "any",
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_restore';
comment on function dbarchive_restore(text, "any", jsonb) is
	'Restores the batch that has deleted a row: this row and all that were deleted with it. The result names triggers that did not fire (triggers_not_fired). not_kept has the tables whose rows may have gone with those of the batch and were not kept: dbarchive_enable() was not called after they were created.';
revoke all on routine dbarchive_restore(text, "any", jsonb) from public;

create function dbarchive_restore(
	relation text,
	row_key text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_restore';
comment on function dbarchive_restore(text, text, jsonb) is
	'Restores the batch that has deleted a row: this row and all that were deleted with it. The result names triggers that did not fire (triggers_not_fired). not_kept has the tables whose rows may have gone with those of the batch and were not kept: dbarchive_enable() was not called after they were created.';
revoke all on routine dbarchive_restore(text, text, jsonb) from public;

create function dbarchive_restore_batch(
	batch bigint,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_restore_batch';
comment on function dbarchive_restore_batch(bigint, jsonb) is
	'Restores a batch: all rows that one command has deleted, exactly as they were. The result names triggers that did not fire (triggers_not_fired). not_kept has the tables whose rows may have gone with those of the batch and were not kept: dbarchive_enable() was not called after they were created.';
revoke all on routine dbarchive_restore_batch(bigint, jsonb) from public;

create function dbarchive_archives(
	relation text default null)
returns table (
	file bigint,
	table_name text,
	policy text,
	path text,
	row_count bigint,
	bytes bigint,
	sha256 text,
	archived_at timestamptz,
	archived_by text,
	restored_at timestamptz,
	restored_by text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_archives';
comment on function dbarchive_archives(text) is
	'Lists the files in which policies with to_directory have archived rows, the last one first.';

create function dbarchive_restore_file(
	file bigint,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_restore_file';
comment on function dbarchive_restore_file(bigint, jsonb) is
	'Restores the rows that a policy has archived in a file, as dbarchive_restore_batch() does. The file stays.';
revoke all on routine dbarchive_restore_file(bigint, jsonb) from public;

create procedure dbarchive_purge(
	relation text,
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbarchive_purge';
comment on procedure dbarchive_purge(text, jsonb, inout jsonb) is
	'Deletes for good what was deleted from a table long enough ago and is not held, in short transactions.';
revoke all on routine dbarchive_purge(text, jsonb, inout jsonb) from public;

create function dbarchive_policy(
	relation text,
	options jsonb)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_policy';
comment on function dbarchive_policy(text, jsonb) is
	'Stores a retention policy of a table: what becomes of its rows when they are old enough. dbarchive_apply() runs it.';
revoke all on routine dbarchive_policy(text, jsonb) from public;

create function dbarchive_policies()
returns table (
	table_name text,
	name text,
	options jsonb,
	created_at timestamptz,
	created_by text,
	started_at timestamptz,
	finished_at timestamptz,
	row_count bigint,
	error text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_policies';
comment on function dbarchive_policies() is
	'Lists the retention policies and their last runs.';

create procedure dbarchive_apply(
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbarchive_apply';
comment on procedure dbarchive_apply(jsonb, inout jsonb) is
	'Runs the retention policies, in short transactions. A failing action is recorded, and the next one runs.';
revoke all on routine dbarchive_apply(jsonb, inout jsonb) from public;

create function dbarchive_hold(
	relation text,
	row_key "any",
	reason text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_hold';
comment on function dbarchive_hold(text, "any", text) is
	'Protects a row, and all rows that were deleted with it, from being deleted for good by dbcare, until dbarchive_release().';
revoke all on routine dbarchive_hold(text, "any", text) from public;

create function dbarchive_hold(
	relation text,
	row_key text,
	reason text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_hold';
comment on function dbarchive_hold(text, text, text) is
	'Protects a row, and all rows that were deleted with it, from being deleted for good by dbcare, until dbarchive_release().';
revoke all on routine dbarchive_hold(text, text, text) from public;

create function dbarchive_release(
	relation text,
	row_key "any")
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_release';
comment on function dbarchive_release(text, "any") is
	'Ends the protection of a row by dbarchive_hold().';
revoke all on routine dbarchive_release(text, "any") from public;

create function dbarchive_release(
	relation text,
	row_key text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_release';
comment on function dbarchive_release(text, text) is
	'Ends the protection of a row by dbarchive_hold().';
revoke all on routine dbarchive_release(text, text) from public;

create function dbarchive_holds(
	relation text default null)
returns table (
	table_name text,
	row_key jsonb,
	reason text,
	held_at timestamptz,
	held_by text,
	deleted boolean)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_holds';
comment on function dbarchive_holds(text) is
	'Lists the rows that dbarchive_hold() protects, the last one first.';

create function dbarchive_export(
	relation text,
	path text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_export';
comment on function dbarchive_export(text, text, jsonb) is
	'Writes rows of a table to a file of the server.';
revoke all on routine dbarchive_export(text, text, jsonb) from public;

create function dbarchive_export_rows(
	relation text,
	options jsonb default null)
returns table (
	n bigint,
	line text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_export_rows';
comment on function dbarchive_export_rows(text, jsonb) is
	'Returns rows of a table as lines of text, as dbarchive_export() writes them.';

create function dbarchive_orphans(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_orphans';
comment on function dbarchive_orphans(jsonb) is
	'Finds rows without a parent row, and with repair deletes them so that dbcheck_undo() can restore them.';
revoke all on routine dbarchive_orphans(jsonb) from public;

create procedure dbarchive_vacuum(
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbarchive_vacuum';
comment on procedure dbarchive_vacuum(jsonb, inout jsonb) is
	'Frees the space of deleted rows: [PG] VACUUM of the tables whose deleted rows are kept or purged, and of the trash; [SQLite] VACUUM of the database, or its incremental form.';
revoke all on routine dbarchive_vacuum(jsonb, inout jsonb) from public;

create procedure dbarchive_analyze(
	options jsonb default null,
	inout result jsonb default null)
language c
as 'MODULE_PATHNAME', 'dbarchive_analyze';
comment on procedure dbarchive_analyze(jsonb, inout jsonb) is
	'Collects statistics of the tables whose deleted rows are kept or purged, and of the trash.';
revoke all on routine dbarchive_analyze(jsonb, inout jsonb) from public;

create function dbarchive_status()
returns table (
	table_name text,
	policy text,
	mode text,
	live_rows bigint,
	deleted_rows bigint,
	deleted_bytes bigint,
	held_rows bigint,
	oldest_at timestamptz,
	purgeable_rows bigint,
	last_run_at timestamptz,
	last_rows bigint,
	last_error text,
	next_run_at timestamptz,
	problem text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_status';
comment on function dbarchive_status() is
	'What is kept of each table, in a row without a policy, and the last and next run of each policy.';

create function dbarchive_schedule(
	at text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_schedule';
comment on function dbarchive_schedule(text, jsonb) is
	'Lets monitoring apply all policies, and purge the deleted rows of all other tables, once a day.';
revoke all on routine dbarchive_schedule(text, jsonb) from public;

create function dbarchive_files(
	options jsonb default null)
returns table (
	id bigint,
	table_name text,
	row_key jsonb,
	path text,
	left_at timestamptz,
	left_by text,
	removed_at timestamptz,
	removed_by text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_files';
comment on function dbarchive_files(jsonb) is
	'Lists files outside the database that no row refers to since rows were deleted for good.';

create function dbarchive_files_done(
	ids jsonb)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbarchive_files_done';
comment on function dbarchive_files_done(jsonb) is
	'Records that files were removed. dbcare itself removes none.';
revoke all on routine dbarchive_files_done(jsonb) from public;

create function dbaudit_enable(
	relation text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_enable';
comment on function dbaudit_enable(text, jsonb) is
	'Logs every change of the rows of a table: who, when, from where, and the values before and after. The result names triggers that an undo will not fire (triggers_not_fired).';
revoke all on routine dbaudit_enable(text, jsonb) from public;

create function dbaudit_disable(
	relation text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_disable';
comment on function dbaudit_disable(text) is
	'No longer logs the changes of a table; the entries stay.';
revoke all on routine dbaudit_disable(text) from public;

create function dbaudit_actor(
	name text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_actor';
comment on function dbaudit_actor(text) is
	'Names who makes the changes of the open transaction, for example the user of the application.';
revoke all on routine dbaudit_actor(text) from public;

create function dbaudit_watch(
	enabled boolean)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_watch';
comment on function dbaudit_watch(boolean) is
	'Turns the log of DDL and of changed roles on or off; requires a superuser, because it creates event triggers.';
revoke all on routine dbaudit_watch(boolean) from public;

create function dbaudit_log(
	options jsonb default null)
returns table (
	id bigint,
	logged_at timestamptz,
	actor text,
	user_name text,
	role_name text,
	application text,
	address text,
	table_name text,
	row_key jsonb,
	action text,
	before jsonb,
	after jsonb,
	changed jsonb,
	transaction_id bigint,
	hash text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_log';
comment on function dbaudit_log(jsonb) is
	'Lists the logged changes, the last one first.';

create function dbaudit_history(
	relation text,
	row_key "any")
returns table (
	id bigint,
	logged_at timestamptz,
	actor text,
	application text,
	action text,
	before jsonb,
	after jsonb,
	changed jsonb,
	transaction_id bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_history';
comment on function dbaudit_history(text, "any") is
	'Lists the logged changes of a row, the last one first.';

create function dbaudit_history(
	relation text,
	row_key text)
returns table (
	id bigint,
	logged_at timestamptz,
	actor text,
	application text,
	action text,
	before jsonb,
	after jsonb,
	changed jsonb,
	transaction_id bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_history';
comment on function dbaudit_history(text, text) is
	'Lists the logged changes of a row, the last one first.';

create function dbaudit_seal()
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_seal';
comment on function dbaudit_seal() is
	'Seals the log: entries of transactions that have ended can no longer be changed without notice. Removes entries that are older than audit_keep_days.';
revoke all on routine dbaudit_seal() from public;

create function dbaudit_verify(
	options jsonb default null)
returns table (
	seal_id bigint,
	entry_id bigint,
	finding text,
	message text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_verify';
comment on function dbaudit_verify(jsonb) is
	'Lists what was changed in the log since it was sealed; no rows if nothing was.';

create function dbaudit_as_of(
	relation text,
	row_key "any",
	moment text)
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_as_of';
comment on function dbaudit_as_of(text, "any", text) is
	'A row of a logged table at a moment in the past; null if it did not exist.';

create function dbaudit_as_of(
	relation text,
	row_key text,
	moment text)
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_as_of';
comment on function dbaudit_as_of(text, text, text) is
	'A row of a logged table at a moment in the past; null if it did not exist.';

create function dbaudit_table_as_of(
	relation text,
	moment text)
returns table (
	row_key jsonb,
	row_data jsonb)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_table_as_of';
comment on function dbaudit_table_as_of(text, text) is
	'The rows of a logged table at a moment in the past.';

create function dbaudit_erase(
	relation text,
	row_key "any",
	columns jsonb,
	reason text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_erase';
comment on function dbaudit_erase(text, "any", jsonb, text) is
	'Removes values of a row from the log, from deleted rows that are kept and from rows that repairs have saved; a held row is refused. The log stays valid, and has an entry of the erasure. Backups and the write-ahead log still have the values, and the table is not changed. [SQLite] Deleted bytes are overwritten; the result has a hint if earlier ones were not.';
revoke all on routine dbaudit_erase(text, "any", jsonb, text) from public;

create function dbaudit_erase(
	relation text,
	row_key text,
	columns jsonb,
	reason text)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_erase';
comment on function dbaudit_erase(text, text, jsonb, text) is
	'Removes values of a row from the log, from deleted rows that are kept and from rows that repairs have saved; a held row is refused. The log stays valid, and has an entry of the erasure. Backups and the write-ahead log still have the values, and the table is not changed. [SQLite] Deleted bytes are overwritten; the result has a hint if earlier ones were not.';
revoke all on routine dbaudit_erase(text, text, jsonb, text) from public;

create function dbaudit_tables()
returns table (
	table_name text,
	mode text,
	options jsonb,
	enabled_at timestamptz,
	enabled_by text,
	disabled_at timestamptz,
	problem text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_tables';
comment on function dbaudit_tables() is
	'Lists the tables that are or were logged, and why changes of one may not be.';

create function dbaudit_undo(
	id bigint,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbaudit_undo';
comment on function dbaudit_undo(bigint, jsonb) is
	'Takes back logged changes: the rows become what they were before. Later changes of these rows are conflicts, which are listed. The result names triggers that did not fire (triggers_not_fired); the log has entries of what was undone.';
revoke all on routine dbaudit_undo(bigint, jsonb) from public;

create function dbbackup_create(
	name text default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_create';
comment on function dbbackup_create(text, jsonb) is
	'Makes a backup while others write, verifies it, and gives it its name: a failure leaves nothing.';
revoke all on routine dbbackup_create(text, jsonb) from public;

create function dbbackup_follow(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_follow';
comment on function dbbackup_follow(jsonb) is
	'Continuous backup of a database file, which others write meanwhile: makes a full backup, and stores with it, twice a second, what has been committed since, so that dbbackup_restore() restores any second.';
revoke all on routine dbbackup_follow(jsonb) from public;

create function dbbackup_follow_start(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_follow_start';
comment on function dbbackup_follow_start(jsonb) is
	'Lets a thread of this process follow the database, as dbbackup_follow() does, until the last connection that has called this closes; if another process follows it, the thread takes over when that ends.';
revoke all on routine dbbackup_follow_start(jsonb) from public;

create function dbbackup_follow_stop()
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_follow_stop';
comment on function dbbackup_follow_stop() is
	'Ends the thread that follows the database, after what has been committed is stored.';
revoke all on routine dbbackup_follow_stop() from public;

create function dbbackup_follow_status(
	options jsonb default null)
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_follow_status';
comment on function dbbackup_follow_status(jsonb) is
	'Shows whether a process follows the database (running) and whether it is a thread of this one (here), since when, until which moment it can be restored (followed_until), and why changes are not stored (problem).';

create function dbbackup_list(
	options jsonb default null)
returns table (
	name text,
	kind text,
	started_at timestamptz,
	database text,
	size_bytes bigint,
	database_bytes bigint,
	parent text,
	encrypted boolean,
	compression text,
	verified_level bigint,
	verified_at timestamptz,
	verified_ok boolean,
	problem text,
	source text,
	followed_until timestamptz)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_list';
comment on function dbbackup_list(jsonb) is
	'Lists the backups of a directory, oldest first, and on PostgreSQL those of pgBackRest, Barman and WAL-G where they are installed. A damaged backup is listed with its problem.';

create function dbbackup_verify(
	name text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_verify';
comment on function dbbackup_verify(text, jsonb) is
	'Verifies a backup, and stores the result with it. ok is null if it cannot tell.';
revoke all on routine dbbackup_verify(text, jsonb) from public;

create function dbbackup_plan(
	name text,
	destination text default null,
	options jsonb default null)
returns table (
	step text,
	object text,
	bytes bigint,
	problem text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_plan';
comment on function dbbackup_plan(text, text, jsonb) is
	'Lists what dbbackup_restore() would do: which backups it reads, what it needs, and what it writes.';

create function dbbackup_restore(
	name text,
	destination text default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_restore';
comment on function dbbackup_restore(text, text, jsonb) is
	'Restores a backup to a new place and tests it there; over the live database only if asked to, after a backup of it.';
revoke all on routine dbbackup_restore(text, text, jsonb) from public;

create function dbbackup_accept()
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_accept';
comment on function dbbackup_accept() is
	'Accepts this server, which was restored or copied: from now on one that dbbackup_restore() has made archives, as the original did, what it has kept first, and the schedules of this database run. Until then it is a copy to look at, which writes nothing to the archive, makes no backups and removes nothing. It needs the rights of the owner of dbcare''s tables, and where archiving begins those of a superuser. In the result, timeline_complete is false if its first segments are no longer there: then older base backups end where its timeline began; schedules is how many rested.';
revoke all on routine dbbackup_accept() from public;

create function dbbackup_cleanup(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_cleanup';
comment on function dbbackup_cleanup(jsonb) is
	'Removes the backups that no rule keeps; never the newest good one, nor one that a kept one needs.';
revoke all on routine dbbackup_cleanup(jsonb) from public;

create function dbbackup_schedule(
	at text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_schedule';
comment on function dbbackup_schedule(text, jsonb) is
	'Lets monitoring make a backup once a day, and remove old ones if it succeeds.';
revoke all on routine dbbackup_schedule(text, jsonb) from public;

create function dbbackup_status()
returns table (
	at text,
	options jsonb,
	role text,
	next_run_at timestamptz,
	last_run_at timestamptz,
	finished_at timestamptz,
	last_error text,
	resting text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_status';
comment on function dbbackup_status() is
	'Shows the schedule of dbbackup_schedule() and its last run; without a schedule no row.';

create function dbbackup_wal_archive(
	path text)
returns table (
	item text,
	timeline bigint,
	first text,
	last text,
	segments bigint,
	bytes bigint,
	first_at timestamptz,
	last_at timestamptz,
	detail text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbbackup_wal_archive';
comment on function dbbackup_wal_archive(text) is
	'Lists what a directory of archived WAL holds: ranges of segments, gaps, and other files. A restore is possible from the end of a base backup to any moment of the range that the backup begins in.';

create function dbops_select(
	relation text,
	options jsonb default null)
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbops_select';
comment on function dbops_select(text, jsonb) is
	'Rows of a table that satisfy filters, as JSON, page by page.';

create function dbops_count(
	relation text,
	filters jsonb default null,
	options jsonb default null)
returns bigint
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbops_count';
comment on function dbops_count(text, jsonb, jsonb) is
	'The number of rows of a table that satisfy filters.';

create function dbops_insert(
	relation text,
	row_data jsonb,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbops_insert';
comment on function dbops_insert(text, jsonb, jsonb) is
	'Inserts rows, each checked as by dbcheck_row() first: all problems of all rows are reported at once.';
revoke all on routine dbops_insert(text, jsonb, jsonb) from public;

create function dbops_upsert(
	relation text,
	row_data jsonb,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbops_upsert';
comment on function dbops_upsert(text, jsonb, jsonb) is
	'Inserts rows, or updates those that are there with the same key.';
revoke all on routine dbops_upsert(text, jsonb, jsonb) from public;

create function dbops_update(
	relation text,
	changes jsonb,
	filters jsonb,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbops_update';
comment on function dbops_update(text, jsonb, jsonb, jsonb) is
	'Changes the rows that satisfy filters.';
revoke all on routine dbops_update(text, jsonb, jsonb, jsonb) from public;

create function dbops_delete(
	relation text,
	filters jsonb,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbops_delete';
comment on function dbops_delete(text, jsonb, jsonb) is
	'Deletes the rows that satisfy filters; where dbarchive_enable() has set the mode flag they are marked, as by dbarchive_delete().';
revoke all on routine dbops_delete(text, jsonb, jsonb) from public;

create function dbops_execute(
	sql text,
	params jsonb default null,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbops_execute';
comment on function dbops_execute(text, jsonb, jsonb) is
	'Runs one statement with parameters, as the caller, and returns its rows as JSON.';
revoke all on routine dbops_execute(text, jsonb, jsonb) from public;

create function dbsync_digest(
	relation text default null,
	options jsonb default null)
returns table (
	table_name text,
	row_count bigint,
	digest text,
	after_key jsonb,
	to_key jsonb)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbsync_digest';
comment on function dbsync_digest(text, jsonb) is
	'Digests of the rows of tables, equal on both engines for equal rows; generated columns are left out.';

create function dbsync_export(
	path text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbsync_export';
comment on function dbsync_export(text, jsonb) is
	'Writes the rows of tables to a file that dbsync_compare() reads, on any engine.';
revoke all on routine dbsync_export(text, jsonb) from public;

create function dbsync_compare(
	path text,
	options jsonb default null)
returns table (
	table_name text,
	only_here bigint,
	only_there bigint,
	different bigint,
	sample_keys jsonb)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbsync_compare';
comment on function dbsync_compare(text, jsonb) is
	'Compares the rows of a file of dbsync_export() with those of this database.';

create function dbsync_import(
	path text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbsync_import';
comment on function dbsync_import(text, jsonb) is
	'Inserts the rows of a file of dbsync_export() into tables that exist, and proves that they have them.';
revoke all on routine dbsync_import(text, jsonb) from public;

create function dbseed_password_hash(
	password text)
returns text
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbseed_password_hash';
comment on function dbseed_password_hash(text) is
	'Makes a hash of a password, by scrypt with a random salt. Pass the password as a parameter of the statement.';
revoke all on routine dbseed_password_hash(text) from public;

create function dbseed_password_verify(
	password text,
	hash text)
returns boolean
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbseed_password_verify';
comment on function dbseed_password_verify(text, text) is
	'Whether a password is that of a hash. Of a hash, one password is tried at a time, and a wrong one takes half a second longer.';
revoke all on routine dbseed_password_verify(text, text) from public;

create function dbseed_add(
	name text,
	relation text,
	row_data jsonb,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbseed_add';
comment on function dbseed_add(text, text, jsonb, jsonb) is
	'Registers rows that an application begins with, or their new version.';
revoke all on routine dbseed_add(text, text, jsonb, jsonb) from public;

create function dbseed_apply(
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbseed_apply';
comment on function dbseed_apply(jsonb) is
	'Applies seeds, all or none, in the order of foreign keys. What users have changed or deleted since stays, and is reported.';
revoke all on routine dbseed_apply(jsonb) from public;

create function dbseed_status()
returns table (
	name text,
	table_name text,
	mode text,
	environments jsonb,
	row_count bigint,
	state text,
	checksum text,
	added_at timestamptz,
	applied_at timestamptz,
	applied_by text,
	records_created bigint,
	records_updated bigint,
	records_unchanged bigint,
	records_skipped bigint,
	records_removed bigint,
	conflicts bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbseed_status';
comment on function dbseed_status() is
	'Lists the registered seeds, and what the last dbseed_apply() did.';

create function dbinit_packs()
returns table (
	name text,
	version text,
	description text,
	tables bigint,
	migrations bigint,
	seeds bigint,
	rules bigint,
	policies bigint)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbinit_packs';
comment on function dbinit_packs() is
	'Lists the packs: manifests that come with dbcare.';

create function dbinit_run(
	pack_or_manifest text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbinit_run';
comment on function dbinit_run(text, jsonb) is
	'Makes the database what a manifest says: migrations, seeds, rules, policies. All or nothing; the result lists steps, errors and warnings.';
revoke all on routine dbinit_run(text, jsonb) from public;

create function dbinit_status()
returns jsonb
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbinit_status';
comment on function dbinit_status() is
	'The manifests that were run, with version, environment, time and user.';

create function dbinit_validate(
	pack_or_manifest text)
returns table (
	object text,
	issue text,
	severity text,
	suggestion text)
language c stable parallel unsafe
as 'MODULE_PATHNAME', 'dbinit_validate';
comment on function dbinit_validate(text) is
	'Compares the database with a manifest that was run; no rows mean that it is ready.';

create function dbinit_repair(
	pack_or_manifest text,
	options jsonb default null)
returns jsonb
language c volatile parallel unsafe
as 'MODULE_PATHNAME', 'dbinit_repair';
comment on function dbinit_repair(text, jsonb) is
	'Creates what a database lacks of a manifest; it drops nothing and leaves objects with another definition as they are.';
revoke all on routine dbinit_repair(text, jsonb) from public;

create function dbcare_record_change()
returns event_trigger
language c
as 'MODULE_PATHNAME', 'dbcare_record_change';
comment on function dbcare_record_change() is
	'For the event triggers of dbmigrate_watch().';
revoke all on routine dbcare_record_change() from public;

create function dbcare_log_ddl()
returns event_trigger
language c
as 'MODULE_PATHNAME', 'dbcare_log_ddl';
comment on function dbcare_log_ddl() is
	'For the event triggers of dbaudit_watch().';
revoke all on routine dbcare_log_ddl() from public;

create function dbarchive_capture()
returns trigger
language c
as 'MODULE_PATHNAME', 'dbarchive_capture';
comment on function dbarchive_capture() is
	'For the triggers of dbarchive_enable().';
revoke all on routine dbarchive_capture() from public;

create function dbaudit_capture()
returns trigger
language c
as 'MODULE_PATHNAME', 'dbaudit_capture';
comment on function dbaudit_capture() is
	'For the triggers of dbaudit_enable().';
revoke all on routine dbaudit_capture() from public;

do $own$
declare
	statement text;
begin
	for statement in
		select pg_catalog.format('revoke all on routine %s from %I',
			p.oid::pg_catalog.regprocedure, r.rolname)
		from pg_catalog.pg_proc as p
		cross join lateral pg_catalog.aclexplode(p.proacl) as a
		join pg_catalog.pg_roles as r on r.oid operator(pg_catalog.=) a.grantee
			and r.oid operator(pg_catalog.<>) p.proowner
		join pg_catalog.pg_depend as d on d.objid operator(pg_catalog.=) p.oid
			and d.classid operator(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
		join pg_catalog.pg_extension as e on e.oid operator(pg_catalog.=) d.refobjid
			and d.refclassid operator(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
		where e.extname operator(pg_catalog.=) 'dbcare'
	loop
		execute statement;
	end loop;
end $own$;
