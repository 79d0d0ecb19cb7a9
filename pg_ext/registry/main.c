/*
 * main.c
 *	  The symbols that PostgreSQL looks up in the library: its entry points,
 *	  one per function of core/api.def, and the configuration parameters.
 */
#include "pg_ext/archive/capture.h"
#include "pg_ext/audit/capture.h"
#include "pg_ext/backup/roots.h"
#include "pg_ext/core/call.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/core/truncate.h"
#include "pg_ext/jsonschema/function.h"
#include "pg_ext/migrate/track.h"
#include "pg_ext/monitor/monitor.h"
#include "pg_ext/seed/seed.h"

#include "utils/memutils.h"

#include "common/core/functions.h"
#include "common/core/settings.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

const dbc_rooms dbcpg_rooms = {
	.format = &dbcpg_format_host,
	.ledger = &dbcpg_ledger_host,
	.sample = &dbcpg_sample_host,
	.row = &dbcpg_row_host,
	.check = &dbcpg_check_host,
	.lint = &dbcpg_lint_host,
	.batch = &dbcpg_batch_host,
	.migrate = &dbcpg_migrate_host,
	.health = &dbcpg_health_host,
	.monitor = &dbcpg_monitor_host,
	.advise = &dbcpg_advise_host,
	.audit = &dbcpg_audit_host,
	.archive = &dbcpg_archive_host,
	.backup = &dbcpg_backup_host,
	.ops = &dbcpg_ops_host,
	.sync = &dbcpg_sync_host,
	.seed = &dbcpg_seed_host,
};

/* ---- entry points ---- */

/* Index of each function in dbc_functions. */
enum
{
#define DBC_FUNCTION(name, ...) AT_##name,
#include "common/core/api.def"
#undef DBC_FUNCTION
};

static Datum
run_function(FunctionCallInfo fcinfo, const dbc_function *fn)
{
	if (fn->run == dbc_run_dbcheck_json)
		return dbcpg_jsonschema_check(fcinfo, fn);
	return dbcpg_call(fcinfo, fn);
}

/* clang-format off */
#define DBC_FUNCTION(name, ...) \
	PG_FUNCTION_INFO_V1(name); \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	Datum name(PG_FUNCTION_ARGS) \
	{ \
		return run_function(fcinfo, &dbc_functions[AT_##name]); \
	}
/* clang-format on */
#include "common/core/api.def"
#undef DBC_FUNCTION

PG_FUNCTION_INFO_V1(dbcare_refuse_number);
extern PGDLLEXPORT Datum dbcare_refuse_number(PG_FUNCTION_ARGS);

/* Entry point for calls with a number as version. */
Datum
dbcare_refuse_number(PG_FUNCTION_ARGS)
{
	return dbcpg_refuse_number(fcinfo);
}

PG_FUNCTION_INFO_V1(dbcare_record_change);
extern PGDLLEXPORT Datum dbcare_record_change(PG_FUNCTION_ARGS);

/* Entry point of the event triggers of dbmigrate_watch(). */
Datum
dbcare_record_change(PG_FUNCTION_ARGS)
{
	dbcpg_migrate_record_change(fcinfo);
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(dbcare_log_ddl);
extern PGDLLEXPORT Datum dbcare_log_ddl(PG_FUNCTION_ARGS);

/* Entry point of the event triggers of dbaudit_watch(). */
Datum
dbcare_log_ddl(PG_FUNCTION_ARGS)
{
	dbcpg_audit_log_ddl(fcinfo);
	PG_RETURN_NULL();
}

PG_FUNCTION_INFO_V1(dbarchive_capture);
extern PGDLLEXPORT Datum dbarchive_capture(PG_FUNCTION_ARGS);

/* Entry point of the triggers of dbarchive_enable(). */
Datum
dbarchive_capture(PG_FUNCTION_ARGS)
{
	dbcpg_archive_capture(fcinfo);
	return PointerGetDatum(NULL);
}

PG_FUNCTION_INFO_V1(dbaudit_capture);
extern PGDLLEXPORT Datum dbaudit_capture(PG_FUNCTION_ARGS);

/* Entry point of the triggers of dbaudit_enable(). */
Datum
dbaudit_capture(PG_FUNCTION_ARGS)
{
	dbcpg_audit_capture(fcinfo);
	return PointerGetDatum(NULL);
}

/* ---- configuration parameters ---- */

/*
 * Called when the library is loaded: installs hooks, prepares monitoring, and
 * declares dbcare.<name> for the settings.  The core validates a value when it
 * is used, with the same messages as for a stored one.
 *
 * The three parameters of each check are not declared, and so the prefix is not
 * reserved: PostgreSQL accepts undeclared parameters, and up to version 15
 * declaring so many would take ten milliseconds in the first call of every
 * session.
 */
void
_PG_init(void)
{
	/* storage for PostgreSQL; dbcare reads parameters by name */
	char **values = MemoryContextAllocZero(
		TopMemoryContext, (Size) dbc_nsettings * sizeof(*values));

	if (getenv("DBCARE_ASSERT"))
		dbcpg_asserts = true;
	for (int i = 0; i < dbc_nsettings; i++)
	{
		char *name = psprintf("dbcare.%s", dbc_settings[i].name);

		DefineCustomStringVariable(
			name, dbc_settings[i].description, NULL, &values[i], NULL,
			dbc_settings[i].setter == DBC_SET_BY_OWNER ? PGC_SUSET
													   : PGC_USERSET,
			0, NULL, NULL, NULL);
		pfree(name);
	}
	dbcpg_backup_define_parameters();
	dbcpg_seed_define_parameters();
	dbcpg_migrate_install_hooks();
	dbcpg_refuse_uncovered_truncate();
	dbcpg_monitor_prepare();
	if (!dbcpg_monitor_is_preloaded)
		return;
	dbcpg_monitor_install_slow_hooks();
	dbcpg_monitor_install_error_hook();
}
