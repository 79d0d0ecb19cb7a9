/*
 * main.c
 *	  Entry point of the SQLite extension: registers every function.
 *
 *	  .load dbcare
 *	  select dbcare_version();
 *	  select * from dbcare_functions;
 */
#include "sqlite_ext/audit/actor.h"
#include "sqlite_ext/audit/functions.h"
#include "sqlite_ext/call/call.h"
#include "sqlite_ext/call/ending.h"
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/check/damage.h"
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/core/api.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/health/broken_views.h"
#include "sqlite_ext/jsonschema/function.h"

#include <stdlib.h>

#include "common/core/functions.h"

SQLITE_EXTENSION_INIT1

/* Required for functions that set a subtype (JSON) since SQLite 3.45; older
 * versions do not define it. */
#ifndef SQLITE_RESULT_SUBTYPE
#define SQLITE_RESULT_SUBTYPE 0x001000000
#endif

/* From this version on the schema is read at load. */
#define READS_SCHEMA 3047000

/* Between two attempts to read the schema, in milliseconds. */
#define SCHEMA_PAUSE 20

const dbc_rooms dbcsl_rooms = {
	.format = &dbcsl_format_host,
	.ledger = &dbcsl_ledger_host,
	.sample = &dbcsl_monitor_sample_host,
	.row = &dbcsl_row_host,
	.check = &dbcsl_check_host,
	.lint = &dbcsl_lint_host,
	.batch = &dbcsl_batch_host,
	.migrate = &dbcsl_migrate_host,
	.health = &dbcsl_health_host,
	.monitor = &dbcsl_monitor_host,
	.advise = &dbcsl_advise_host,
	.audit = &dbcsl_audit_host,
	.archive = &dbcsl_archive_host,
	.backup = &dbcsl_backup_host,
	.ops = &dbcsl_ops_host,
	.sync = &dbcsl_sync_host,
	.seed = &dbcsl_seed_host,
};

const dbcsl_hooks *const dbcsl_all_hooks[] = {
	&dbcsl_backup_hooks,		&dbcsl_batch_hooks,
	&dbcsl_check_hooks,			&dbcsl_lint_hooks,
	&dbcsl_migrate_hooks,		&dbcsl_monitor_hooks,
	&dbcsl_monitor_watch_hooks, NULL};

/* The flags of a scalar function. */
static int
scalar_flags(const dbc_function *fn)
{
	int flags = SQLITE_UTF8;

	if (fn->class == DBC_PURE)
		flags |= SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
	if (dbc_class_is_granted(fn->class) || fn->runs_stored_sql)
		flags |= SQLITE_DIRECTONLY;
	if (fn->result == DBC_T_JSON)
		flags |= SQLITE_RESULT_SUBTYPE;
	return flags;
}

/* Registers a scalar function that keeps state between calls. */
static int
register_check_json(sqlite3 *db, const dbc_function *fn, int nargs)
{
	dbcsl_jsonschema_cache *schemas = dbcsl_jsonschema_make_cache(fn);

	if (!schemas)
		return SQLITE_NOMEM;
	return sqlite3_create_function_v2(db, fn->name, nargs, scalar_flags(fn),
									  schemas, dbcsl_jsonschema_check, NULL,
									  NULL, dbcsl_jsonschema_free_cache);
}

/* Registers a scalar function for a number of arguments. */
static int
register_with(sqlite3 *db, dbcsl_connection *connection, int number, int nargs)
{
	const dbc_function *fn = &dbc_functions[number];

	if (fn->run == dbc_run_dbcheck_json)
		return register_check_json(db, fn, nargs);
	/* once: it detects the end of the connection by its destructor */
	if (fn->run == dbc_run_dbmonitor_start && nargs == 0)
		return dbcsl_register_ending(db, fn, nargs, scalar_flags(fn));
	return sqlite3_create_function_v2(
		db, fn->name, nargs, scalar_flags(fn),
		dbcsl_connection_entry(connection, number), dbcsl_run_scalar, NULL,
		NULL, dbcsl_release_entry);
}

/* Registers a scalar function for every number of arguments that it accepts. */
static int
register_scalar(sqlite3 *db, dbcsl_connection *connection, int number)
{
	int code = SQLITE_OK;

	for (int nargs = 0; code == SQLITE_OK; nargs++)
	{
		const dbc_field *next = &dbc_functions[number].args[nargs];

		if (next->type == DBC_T_END || next->optional)
			code = register_with(db, connection, number, nargs);
		if (next->type == DBC_T_END)
			break;
	}
	return code;
}

/* Registers a function, and the table of its name. */
static int
register_function(sqlite3 *db, dbcsl_connection *connection, int number)
{
	const dbc_function *fn = &dbc_functions[number];
	bool rows = fn->result == DBC_T_ROWS;
	int code = sqlite3_create_module_v2(
		db, fn->name, rows ? &dbcsl_table_module : &dbcsl_refused_module,
		dbcsl_connection_entry(connection, number), dbcsl_release_entry);

	if (code != SQLITE_OK || !rows)
		return code == SQLITE_OK ? register_scalar(db, connection, number)
								 : code;
	return sqlite3_create_function_v2(
		db, fn->name, -1, SQLITE_UTF8,
		dbcsl_connection_entry(connection, number), dbcsl_refuse_scalar, NULL,
		NULL, dbcsl_release_entry);
}

static int
register_functions(sqlite3 *db)
{
	dbcsl_connection *connection = dbcsl_make_connection(db);
	int code = connection ? SQLITE_OK : SQLITE_NOMEM;

	for (int i = 0; i < dbc_nfunctions && code == SQLITE_OK; i++)
		code = register_function(db, connection, i);
	if (code == SQLITE_OK)
		code = dbcsl_register_connection(db, connection);
	if (code == SQLITE_OK)
		code = dbcsl_register_unsafe(db, connection);
	if (code == SQLITE_OK)
		code = dbcsl_register_known(db, connection);
	if (connection)
		dbcsl_release_connection(connection);
	if (code == SQLITE_OK)
		code = dbcsl_register_shared(db);
	if (code == SQLITE_OK)
		code = dbcsl_check_register_visit(db);
	if (code == SQLITE_OK)
		code = dbcsl_check_register_damage(db);
	if (code == SQLITE_OK)
		code = dbcsl_check_register_text(db);
	if (code == SQLITE_OK)
		code = dbcsl_health_register_broken_views(db);
	if (code == SQLITE_OK)
		code = dbcsl_audit_register(db);
	if (code == SQLITE_OK)
		code = dbcsl_audit_register_scope(db);
	return code;
}

int (*const dbcsl_register_functions)(sqlite3 *db) = register_functions;

/* Whether SQLite has its functions of JSON, which every statement of dbcare may
 * use: builds can leave them out, and before 3.38 had to ask for them. */
static bool
has_json(sqlite3 *db)
{
	static const char sql[] = "select json_array()";
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	/* any other failure is not about JSON */
	bool missing = code == SQLITE_ERROR &&
				   sqlite3_strglob("no such *", sqlite3_errmsg(db)) == 0;

	sqlite3_finalize(statement);
	return !missing;
}

/*
 * Reads the schema, and waits while another connection has locked the file.
 * SQLite 3.48 and later read it when they prepare any statement: with the lock
 * of another connection a call would fail before it can wait.
 */
static void
read_schema(sqlite3 *db)
{
	for (int waited = 0; waited < DBCSL_WAIT_MS; waited += SCHEMA_PAUSE)
	{
		if ((sqlite3_exec(db, "select 1 from main.sqlite_schema limit 0", NULL,
						  NULL, NULL) &
			 0xff) != SQLITE_BUSY)
			return;
		sqlite3_sleep(SCHEMA_PAUSE);
	}
}

/* Forgets a failure of the two above: for an automatic extension,
 * sqlite3_open() returns the last error of the connection.  Few calls end with
 * success as its last result without reading the file; temporary tables have no
 * log. */
static void
clear_error(sqlite3 *db)
{
	sqlite3_wal_checkpoint_v2(db, "temp", SQLITE_CHECKPOINT_PASSIVE, NULL,
							  NULL);
}

/* Called by SQLite when the library is loaded into a connection. */
__attribute__((visibility("default"))) int
sqlite3_dbcare_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
	int code;

	if (getenv("DBCARE_ASSERT"))
		dbcsl_asserts = true;
	if (!dbcsl_adopt_api(api, error))
		return SQLITE_ERROR;
	if (sqlite3_libversion_number() >= READS_SCHEMA)
		read_schema(db);
	if (!has_json(db))
	{
		if (error)
			*error = sqlite3_mprintf(
				"dbcare needs the JSON functions of SQLite, which this build "
				"of %s does not have. Build SQLite without "
				"SQLITE_OMIT_JSON, before 3.38 with SQLITE_ENABLE_JSON1.",
				sqlite3_libversion());
		return SQLITE_ERROR;
	}
	clear_error(db);
	code = register_functions(db);
	if (code != SQLITE_OK && error)
		*error = sqlite3_mprintf("dbcare: %s", sqlite3_errmsg(db));
	return code;
}
