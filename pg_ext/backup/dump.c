/*
 * dump.c
 *	  Backups of one database by pg_dump.
 *
 * The rows of each table are counted in the snapshot that pg_dump reads, so
 * that a restored copy can be compared with the database of that moment.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/roots.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "commands/dbcommands.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "utils/builtins.h"

#include "common/core/json.h"
#include "common/core/text.h"

/* Bytes of the list of tables of a restored database. */
#define LONGEST_LIST (64 * 1024 * 1024)

/* Fails where pg_dump could wait for this transaction, or could not see what
 * it has done. */
static void
require_no_writes(void)
{
	if (TransactionIdIsValid(GetTopTransactionIdIfAny()))
		ereport(ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("a dump cannot be made in a transaction that has "
					   "written"),
				errdetail("pg_dump uses a separate session, which does not "
						  "see what this transaction has written, and could "
						  "wait for its locks."),
				errhint("Commit the transaction first."));
	if (GetCurrentTransactionNestLevel() > 1)
		ereport(ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("a dump cannot be made in a subtransaction"),
				errhint("Call the function outside blocks with an exception "
						"handler and without savepoints."));
}

/* Notes how the database compares text: in another locale an index could not be
 * made, or rows be in another order. */
static void
describe_locale(dbc_host *base, dbc_backup *backup)
{
	const dbc_rows *rows = dbc_query(base, "backup/database_locale");

	backup->encoding = dbc_get_text(base, rows, 0, 0);
	backup->collate = dbc_get_text(base, rows, 0, 1);
	backup->ctype = dbc_get_text(base, rows, 0, 2);
	backup->locale_provider = dbc_get_text(base, rows, 0, 3);
	backup->locale = dbc_get_text_or_null(base, rows, 0, 4);
}

void
dbcpg_dump_describe(dbcpg_host *host, dbc_backup_work *work)
{
	dbc_host *base = &host->base;
	const dbc_rows *rows;

	require_no_writes();
	rows = dbc_query(base, "backup/database_facts");
	work->backup->kind = "dump";
	work->backup->compression = work->plain ? "none" : "gzip";
	work->backup->identity =
		dbc_format(base, "%llu/%s", (unsigned long long) GetSystemIdentifier(),
				   work->backup->database);
	work->backup->database_bytes = dbc_get_int(base, rows, 0, 0);
	describe_locale(base, work->backup);
}

/* Exports the snapshot of the call, and counts rows in it. */
static const char *
count_rows(dbcpg_host *host, dbc_backup *backup)
{
	dbc_host *base = &host->base;
	const char *snapshot =
		dbc_get_text(base, dbc_query(base, "backup/export_snapshot"), 0, 0);
	const dbc_rows *rows = dbc_query(base, "backup/dumped_tables");
	dbc_backup_table *tables =
		dbc_alloc(base, ((size_t) rows->nrows + 1) * sizeof(*tables));

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *name = dbc_get_text(base, rows, i, 0);
		const dbc_rows *count = dbc_query_text(
			base,
			dbc_format(base, "select pg_catalog.count(*) from only %s", name));

		tables[i] = (dbc_backup_table){name, dbc_get_int(base, count, 0, 0)};
	}
	backup->tables = tables;
	backup->ntables = rows->nrows;
	return snapshot;
}

void
dbcpg_dump_copy(dbcpg_host *host, dbc_backup_work *work)
{
	const char *snapshot;
	const char *conninfo =
		dbcpg_backup_conninfo(host, get_database_name(MyDatabaseId));
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	dbc_progress(&host->base, "counting rows", 0, 1);
	snapshot = count_rows(host, work->backup);
	dbcpg_add_argument(&arguments, "--format=directory");
	dbcpg_add_argument(&arguments, "--no-password");
	/* the core puts the files on disk */
	dbcpg_add_argument(&arguments, "--no-sync");
	dbcpg_add_argument(&arguments,
					   psprintf("--lock-wait-timeout=%d",
								LockTimeout > 0 ? LockTimeout : 60000));
	dbcpg_add_argument(&arguments, psprintf("--snapshot=%s", snapshot));
	dbcpg_add_argument(&arguments, dbcpg_backup_role_argument());
	dbcpg_add_argument(&arguments, work->plain ? "--compress=0" : NULL);
	if (work->jobs > 1)
		dbcpg_add_argument(&arguments, psprintf("--jobs=%d", (int) work->jobs));
	if (RecoveryInProgress())
		dbcpg_add_argument(&arguments, "--no-unlogged-table-data");
	dbcpg_add_argument(&arguments, psprintf("--file=%s/" DBCPG_DUMP,
											dbcpg_from_core(work->path)));
	dbcpg_add_argument(&arguments, psprintf("--dbname=%s", conninfo));
	dbc_progress(&host->base, "dumping", 0, 1);
	outcome = dbcpg_backup_run_tool(host, "pg_dump", &arguments, 0);
	dbcpg_program_require(host, "pg_dump", &outcome);
}

/* ---- tests ---- */

dbc_backup_proof
dbcpg_proof_of(dbcpg_host *host, const char *name, const dbcpg_outcome *outcome)
{
	if (outcome->status == 0)
		return (dbc_backup_proof){0};
	return (dbc_backup_proof){
		.problem = dbc_format(&host->base, "%s %s: %s", name,
							  dbcpg_program_describe(host, outcome),
							  outcome->messages)};
}

/* Lets pg_restore read everything. */
dbc_backup_proof
dbcpg_dump_read(dbcpg_host *host, dbc_backup_work *work)
{
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	dbcpg_add_argument(&arguments, "--file=/dev/null");
	dbcpg_add_argument(&arguments,
					   psprintf("%s/" DBCPG_DUMP, dbcpg_from_core(work->path)));
	outcome = dbcpg_backup_run_tool(host, "pg_restore", &arguments, 0);
	return dbcpg_proof_of(host, "pg_restore", &outcome);
}

/* ---- the new database ---- */

typedef struct restoring
{
	dbcpg_host *host;
	dbc_backup_work *work;
	const char *database; /* in the server's encoding */
	dbc_backup_proof proof;
} restoring;

/* Adds an option with a value of the manifest, if it has one. */
static void
add_option(dbcpg_arguments *arguments, const char *option, const char *value)
{
	if (value)
		dbcpg_add_argument(arguments,
						   psprintf("--%s=%s", option, dbcpg_from_core(value)));
}

/* Adds how a new database compares text; older manifests do not tell. */
static void
add_locale(dbcpg_arguments *arguments, const dbc_backup *backup)
{
	dbcpg_add_argument(arguments, "--template=template0");
	add_option(arguments, "encoding", backup->encoding);
	add_option(arguments, "lc-collate", backup->collate);
	add_option(arguments, "lc-ctype", backup->ctype);
	if (!backup->locale || !backup->locale_provider ||
		dbc_same(backup->locale_provider, "libc"))
		return;
	add_option(arguments, "locale-provider", backup->locale_provider);
	add_option(arguments,
			   dbc_same(backup->locale_provider, "icu") ? "icu-locale"
														: "builtin-locale",
			   backup->locale);
}

/* Runs createdb or dropdb.  No cancel ends it: the server would go on making or
 * dropping the database, and its end could not be waited for. */
static dbcpg_outcome
run_on_database(restoring *r, const char *name)
{
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	if (strcmp(name, "createdb") == 0)
		add_locale(&arguments, r->work->backup);
	else
		dbcpg_add_argument(&arguments, "--if-exists");
	dbcpg_add_argument(&arguments, "--no-password");
	dbcpg_add_argument(&arguments,
					   psprintf("--maintenance-db=%s "
								"options='-c lock_timeout=30s'",
								dbcpg_backup_conninfo(
									r->host, get_database_name(MyDatabaseId))));
	dbcpg_add_argument(&arguments, "--");
	dbcpg_add_argument(&arguments, r->database);
	HOLD_INTERRUPTS();
	outcome = dbcpg_backup_run_tool(r->host, name, &arguments, 0);
	RESUME_INTERRUPTS();
	return outcome;
}

/* A script that counts the rows of all tables that a query lists.  Names are
 * those of the catalog, not those of a manifest. */
static const char *
count_script(const char *tables)
{
	return psprintf(
		"create temp table dbcare_count (name text, n bigint); "
		"do $script$ declare name text; begin for name in %s\n loop "
		"execute pg_catalog.format('insert into pg_temp.dbcare_count "
		"select %%L, pg_catalog.count(*) from only %%s', name, name); "
		"end loop; end $script$; "
		"select pg_catalog.json_object_agg(c.name, c.n) "
		"from pg_temp.dbcare_count as c",
		tables);
}

/* Compares the rows of a restored database with the manifest. */
static dbc_backup_proof
compare_rows(restoring *r)
{
	dbc_host *base = &r->host->base;
	const dbc_backup *backup = r->work->backup;
	dbcpg_outcome outcome;
	const char *problem;
	const dbc_json_item *counts;

	outcome = dbcpg_backup_run_sql(
		r->host, dbcpg_backup_conninfo(r->host, r->database),
		count_script(dbc_find_sql(base, "backup/dumped_tables")->text),
		LONGEST_LIST);
	if (outcome.status != 0)
		return dbcpg_proof_of(r->host, "psql", &outcome);
	if (outcome.cut)
		return (dbc_backup_proof){.unknown = "it has too many tables to "
											 "compare their rows"};
	counts = dbc_json_read(base, outcome.output, strlen(outcome.output), NULL,
						   0, &problem);
	for (int i = 0; i < backup->ntables; i++)
	{
		const dbc_json_item *item =
			counts && counts->kind == DBC_I_OBJECT
				? dbc_json_member(counts, backup->tables[i].name)
				: NULL;
		double n;

		if (!dbc_json_real(base, item, &n))
			return (dbc_backup_proof){
				.problem =
					dbc_format(base, "table %s is missing after a restore",
							   backup->tables[i].name)};
		if ((int64_t) n != backup->tables[i].rows)
			return (dbc_backup_proof){
				.problem = dbc_format(
					base, "table %s has %s after a restore instead of %lld",
					backup->tables[i].name,
					dbc_count_text(base, (int64_t) n, "row"),
					(long long) backup->tables[i].rows)};
	}
	return (dbc_backup_proof){0};
}

/* Fills the new database. */
static void
fill_database(restoring *r)
{
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_outcome outcome;

	dbcpg_add_argument(&arguments, "--exit-on-error");
	dbcpg_add_argument(&arguments, "--no-password");
	if (r->work->jobs > 1)
		dbcpg_add_argument(&arguments,
						   psprintf("--jobs=%d", (int) r->work->jobs));
	dbcpg_add_argument(
		&arguments,
		psprintf("--dbname=%s", dbcpg_backup_conninfo(r->host, r->database)));
	dbcpg_add_argument(
		&arguments, psprintf("%s/" DBCPG_DUMP, dbcpg_from_core(r->work->path)));
	dbc_progress(&r->host->base, "restoring", 0, 1);
	outcome = dbcpg_backup_run_tool(r->host, "pg_restore", &arguments, 0);
	r->proof = dbcpg_proof_of(r->host, "pg_restore", &outcome);
	/* what the role may not do proves nothing */
	if (r->proof.problem && (strstr(outcome.messages, "permission denied") ||
							 strstr(outcome.messages, "must be ")))
		r->proof =
			(dbc_backup_proof){.unknown = r->proof.problem, .problem = NULL};
	if (r->proof.problem || r->proof.unknown)
		return;
	dbc_progress(&r->host->base, "counting rows", 0, 1);
	r->proof = compare_rows(r);
}

/* Drops the database; a failure is only a warning. */
static void
drop_database(restoring *r)
{
	dbcpg_outcome outcome = run_on_database(r, "dropdb");

	if (outcome.status != 0)
		ereport(WARNING, errmsg("database \"%s\" was not dropped", r->database),
				*outcome.messages ? errdetail("%s", outcome.messages) : 0);
}

static void
drop_on_failure(int code, Datum arg)
{
	(void) code;
	drop_database((restoring *) DatumGetPointer(arg));
}

/* Sets a new name: a call that is killed leaves no database that could be
 * taken for a restored one. */
static void
set_hidden_name(restoring *r, const char *purpose)
{
	uint64 random;

	if (!pg_strong_random(&random, sizeof(random)))
		elog(ERROR, "no random number");
	r->database =
		psprintf("dbcare_%s_%016llx", purpose, (unsigned long long) random);
}

/* Gives the database its name. */
static void
rename_database(restoring *r, const char *name)
{
	dbcpg_outcome outcome;

	/* as for createdb */
	HOLD_INTERRUPTS();
	outcome = dbcpg_backup_run_sql(
		r->host,
		dbcpg_backup_conninfo(r->host, get_database_name(MyDatabaseId)),
		psprintf("alter database %s rename to %s", r->database,
				 quote_identifier(name)),
		0);
	RESUME_INTERRUPTS();
	dbcpg_program_require(r->host, "psql", &outcome);
}

/* Makes the database and fills it; with a problem there is none. */
static void
make_database(restoring *r, const char *name)
{
	dbcpg_outcome outcome = run_on_database(r, "createdb");

	dbcpg_program_require(r->host, "createdb", &outcome);
	PG_ENSURE_ERROR_CLEANUP(drop_on_failure, PointerGetDatum(r));
	{
		fill_database(r);
		if (name && !r->proof.problem && !r->proof.unknown)
			rename_database(r, name);
	}
	PG_END_ENSURE_ERROR_CLEANUP(drop_on_failure, PointerGetDatum(r));
	if (!name || r->proof.problem || r->proof.unknown)
		drop_database(r);
}

dbc_backup_proof
dbcpg_dump_restore(dbcpg_host *host, dbc_backup_work *work,
				   const char *database)
{
	restoring r = {.host = host, .work = work};
	const char *name = dbcpg_from_core(database);

	if (!*name || strlen(name) >= NAMEDATALEN)
		ereport(ERROR, errcode(ERRCODE_INVALID_NAME),
				errmsg("\"%s\" is not a name of a database", name),
				errdetail("A name has 1 to %d bytes.", NAMEDATALEN - 1));
	if (OidIsValid(get_database_oid(name, true)))
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_DATABASE),
				errmsg("database \"%s\" already exists", name),
				errhint("Pass the name of a new database."));
	set_hidden_name(&r, "restore");
	make_database(&r, name);
	return r.proof;
}

dbc_backup_proof
dbcpg_dump_try(dbcpg_host *host, dbc_backup_work *work)
{
	const dbc_rows *rows = dbc_query(&host->base, "backup/database_facts");
	restoring r = {.host = host, .work = work};

	if (dbc_get_bool(&host->base, rows, 0, 1))
		return (dbc_backup_proof){
			.unknown = "a standby cannot create a database to restore it to"};
	if (!dbc_get_bool(&host->base, rows, 0, 2))
		return (dbc_backup_proof){
			.unknown = "the role may not create a database to restore it to"};
	set_hidden_name(&r, "verify");
	make_database(&r, NULL);
	return r.proof;
}
