/*
 * tables.c
 *	  dbcare's tables: created on first use, by versioned DDL.
 *
 * They belong to the user, not to the extension, so that dropping the
 * extension loses no data and a dump includes them.  The DDL of version n is
 * core/sql/tables_<n>.sql, the same for both engines.
 */
#include "common/core/tables.h"

#include <string.h>

#include "common/core/functions.h"
#include "common/core/json_write.h"

/* host->tables_version if there are no tables, and the call creates none. */
#define NO_TABLES (-1)

const char *
dbc_database_name(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "core/ping");

	return dbc_get_text(host, rows, 0, 1);
}

/* Fails if one of dbcare's tables belongs to a role that could use it to run
 * SQL with the caller's privileges. */
static void
refuse_intruder(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "core/intruder");

	if (rows->nrows > 0)
		dbc_fail(host, DBC_INSUFFICIENT,
				 "SQL stored in the object would run with your rights.",
				 "Inspect the object, then drop the object or change its owner "
				 "to a superuser, the owner of the extension or yourself.",
				 "%s belongs to role \"%s\"", dbc_get_text(host, rows, 0, 0),
				 dbc_get_text(host, rows, 0, 1));
}

int
dbc_tables_version(dbc_host *host)
{
	const dbc_rows *rows;
	int64_t version;

	if (host->tables_version == NO_TABLES)
		return 0;
	if (host->tables_version)
		return host->tables_version;
	rows = dbc_query(host, "core/tables_state");
	if (!dbc_get_bool(host, rows, 0, 1))
		refuse_intruder(host);
	if (!dbc_get_bool(host, rows, 0, 0))
	{
		/* a call that writes may create them */
		if (!dbc_class_writes(host->function->class))
			host->tables_version = NO_TABLES;
		return 0;
	}
	rows = dbc_query(host, "core/tables_version");
	version = dbc_get_int(host, rows, 0, 0);
	if (version > DBC_TABLES_VERSION)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host,
							"The tables have version %lld; this library "
							"supports version %d.",
							(long long) version, DBC_TABLES_VERSION),
				 "Load the newer library.",
				 "dbcare's tables were created by a newer version of dbcare");
	return host->tables_version = (int) version;
}

/* Whether a statement adds a column that exists: in a copy of the schema
 * without rows the version is not recorded. */
static bool
adds_known_column(dbc_host *host, const char *statement)
{
	static const char begin[] = "alter table ";
	static const char add[] = " add column ";
	const char *table = statement + strlen(begin);
	const char *column;
	const dbc_rows *rows;
	dbc_value name;
	size_t length;

	if (!dbc_starts_with(statement, begin))
		return false;
	column = strstr(table, add);
	if (!column)
		return false;
	name = dbc_text(dbc_copy(host, table, (size_t) (column - table)));
	column += strlen(add);
	length = strcspn(column, " \t\n");
	rows = dbc_query(host, "core/columns", name);
	for (int i = 0; i < rows->nrows; i++)
		if (dbc_same(dbc_get_text(host, rows, i, 0),
					 dbc_copy(host, column, length)))
			return true;
	return false;
}

/*
 * Fails unless the schema is the one checked before CREATE SCHEMA IF NOT
 * EXISTS: another session may have created it in between.
 */
static void
check_place(dbc_host *host)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "core/tables_place"))
		return;
	rows = dbc_query(host, "core/tables_place");
	if (!dbc_get_bool(host, rows, 0, 0))
		dbc_fail(host, DBC_NOT_READY, NULL, "Try again.",
				 "another session has created schema dbcare");
	rows = dbc_query(host, "core/tables_state");
	if (!dbc_get_bool(host, rows, 0, 1))
		refuse_intruder(host);
}

static void
run_ddl(dbc_host *host, int version)
{
	const dbc_sql *sql =
		dbc_find_sql(host, dbc_format(host, "core/tables_%d", version));
	dbc_script script = {.first_line = 1};

	host->split(host, sql->text, &script);
	for (int i = 0; i < script.nstatements; i++)
		if (!adds_known_column(host, script.statements[i].text))
			dbc_query_text(host, script.statements[i].text);
	dbc_query(host, "core/tables_record", dbc_int(version),
			  dbc_text(DBC_VERSION));
}

/* Makes tables of older versions STRICT; returns why some could not be, as
 * sentences, or NULL. */
static const char *
make_strict(dbc_host *host)
{
	const char *left = host->make_strict ? host->make_strict(host) : NULL;

	if (left)
		dbc_notice(host, "%s", left);
	return left;
}

/* Makes the policies that the tables lack; a dump may have had them. */
static void
make_policies(dbc_host *host)
{
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "core/policies"))
		return;
	rows = dbc_query(host, "core/policies");
	for (int i = 0; i < rows->nrows; i++)
		dbc_query_text(host, dbc_get_text(host, rows, i, 0));
}

/* Runs the DDL of all versions after *had. */
static void
run_all_ddl(dbc_host *host, void *had)
{
	for (int version = *(int *) had + 1; version <= DBC_TABLES_VERSION;
		 version++)
		run_ddl(host, version);
	make_policies(host);
}

/* Creates or upgrades dbcare's tables, which requires more privileges than
 * using them. */
static void
make_tables(dbc_host *host, int had)
{
	dbc_error error;

	if (dbc_guard(host, run_all_ddl, &had, DBC_KEEP, false, &error))
	{
		if (had > 0)
			(void) make_strict(host);
		return;
	}
	if (!dbc_same(error.sqlstate, DBC_INSUFFICIENT))
		dbc_rethrow(host, &error);
	if (had == 0)
		dbc_fail(host, DBC_INSUFFICIENT, "Schema dbcare cannot be created.",
				 "Grant this role CREATE on the database, or call "
				 "dbcare_install() as another role and grant that one to it.",
				 "%s", error.message);
	dbc_fail(
		host, DBC_INSUFFICIENT,
		dbc_format(
			host,
			"The tables have version %d, this library needs version %d: %s.",
			had, DBC_TABLES_VERSION, error.message),
		"Call dbcare_install() as the owner of the tables or a superuser.",
		"dbcare's tables must be upgraded first");
}

int
dbc_need_tables(dbc_host *host)
{
	int had = dbc_tables_version(host);

	if (had == DBC_TABLES_VERSION)
		return had;
	host->exclude(host, DBC_X_TABLES);
	/* another session may have created them meanwhile */
	host->tables_version = 0;
	had = dbc_tables_version(host);
	make_tables(host, had);
	check_place(host);
	host->tables_version = DBC_TABLES_VERSION;
	return had;
}

/* ---- SQL functions ---- */

/* dbcare_install() */
DBC_RUN(dbcare_install)
{
	dbc_json_node *result = dbc_json_object(host);
	int had = dbc_need_tables(host);
	const char *not_strict = make_strict(host);

	dbc_json_put_int(result, "version", DBC_TABLES_VERSION);
	dbc_json_put_int(result, "previous_version", had);
	dbc_json_put_bool(result, "changed", had != DBC_TABLES_VERSION);
	if (not_strict)
		dbc_json_put_text(result, "not_strict", not_strict);
	dbc_json_emit(host, result);
}
