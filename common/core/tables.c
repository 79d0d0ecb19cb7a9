/*
 * tables.c
 *	  dbcare's tables: created on first use, by versioned DDL.
 *
 * They belong to the user, not to the extension, so that dropping the
 * extension loses no data and a dump includes them.  The DDL of version n is
 * core/sql/tables_<n>.sql, then core/sql/tables_<n>_<subject>.sql, the same for
 * both engines; the highest n is the version that this library requires.
 */
#include "common/core/tables.h"

#include "common/core/asserts.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/sql_scan.h"

const char *
dbc_database_name(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "core/ping");

	return dbc_readable(host, dbc_get_text(host, rows, 0, 1));
}

/* Fails if one of dbcare's tables belongs to a role that could use it to run
 * SQL with the caller's privileges. */
static void
refuse_intruder(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "core/intruder");
	const char *act;

	if (rows->nrows == 0)
		return;
	act = dbc_get_text_or_null(host, rows, 0, 2);
	dbc_fail(host, DBC_INSUFFICIENT,
			 "SQL stored in the object would run with your rights.",
			 act ? dbc_format(host, "Act as that role in new sessions: %s", act)
				 : "Inspect the object, then drop the object or change its "
				   "owner to a superuser, the owner of the extension or "
				   "yourself.",
			 "%s belongs to role \"%s\"", dbc_get_text(host, rows, 0, 0),
			 dbc_get_text(host, rows, 0, 1));
}

bool
dbc_find_tables(dbc_host *host)
{
	const dbc_rows *rows = dbc_query(host, "core/tables_state");

	if (!dbc_get_bool(host, rows, 0, 1))
		refuse_intruder(host);
	return dbc_get_bool(host, rows, 0, 0);
}

/* The version that this library creates and requires. */
static int
required_version(dbc_host *host)
{
	int version = 1;

	while (dbc_find_sql(host, dbc_format(host, "core/tables_%d", version + 1)))
		version++;
	return version;
}

int
dbc_tables_version(dbc_host *host)
{
	int64_t version = 0;
	int required;

	if (host->tables_version == DBC_NO_TABLES)
		return 0;
	if (host->tables_version)
		return host->tables_version;
	if (dbc_find_tables(host))
		version =
			dbc_get_int(host, dbc_query(host, "core/tables_version"), 0, 0);
	if (version == 0)
	{
		/* a call that writes may create them */
		if (!dbc_class_writes(host->function->class))
			host->tables_version = DBC_NO_TABLES;
		return 0;
	}
	if (version < 0)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host,
							"The tables have version %lld; versions begin "
							"with 1.",
							(long long) version),
				 NULL, "the version of dbcare's tables is not valid");
	required = required_version(host);
	if (version > required)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host,
							"The tables have version %lld; this library "
							"supports version %d.",
							(long long) version, required),
				 "Load the newer library.",
				 "dbcare's tables were created by a newer version of dbcare");
	return host->tables_version = (int) version;
}

bool
dbc_has_tables(dbc_host *host)
{
	return dbc_tables_version(host) > 0;
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

/* Runs the DDL of a file: what grants rights, or everything else. */
static void
run_file(dbc_host *host, const dbc_sql *sql, bool grants)
{
	dbc_script script = {.is_own = true, .first_line = 1};

	dbc_split(host, sql->text, &script);
	for (int i = 0; i < script.nstatements; i++)
	{
		const char *text = script.statements[i].text;
		dbc_lexeme first = dbc_scan_sql(text, DBC_ON_POSTGRESQL);

		if (grants == dbc_starts_with(first.text, "grant "))
			dbc_query_text(host, text);
	}
}

/* Runs the DDL of a version: the embedded SQL is sorted by name. */
static void
run_files(dbc_host *host, int version, bool grants)
{
	const dbc_sql *sql =
		dbc_find_sql(host, dbc_format(host, "core/tables_%d", version));
	const char *subjects = dbc_format(host, "%s_", sql->name);

	DBC_ASSERT(host, sql && version > 0);
	do
		run_file(host, sql++, grants);
	while (sql < host->sql + host->nsql &&
		   dbc_starts_with(sql->name, subjects));
}

/* Runs the statements that a query has returned. */
static void
run_all(dbc_host *host, const dbc_rows *rows)
{
	for (int i = 0; i < rows->nrows; i++)
		dbc_query_text(host, dbc_get_text(host, rows, i, 0));
}

/* Creates the tables of a version.  Nobody gets rights on new ones but by their
 * own grants: default privileges could give the right to write. */
static void
run_ddl(dbc_host *host, int version)
{
	static const char before[] = "core/tables_before";
	const dbc_rows *known =
		dbc_find_sql(host, before) ? dbc_query(host, before) : NULL;

	run_files(host, version, false);
	if (known)
		run_all(host, dbc_query(host, "core/default_privileges",
								dbc_text(dbc_get_text(host, known, 0, 0)),
								dbc_null()));
	run_files(host, version, true);
	dbc_query(host, "core/tables_record", dbc_int(version),
			  dbc_text(DBC_VERSION));
}

/* Makes the policies that the tables lack; a dump may have had them. */
static void
make_policies(dbc_host *host)
{
	if (dbc_find_sql(host, "core/policies"))
		run_all(host, dbc_query(host, "core/policies"));
}

void
dbc_revoke_defaults(dbc_host *host, const char *table)
{
	if (dbc_find_sql(host, "core/default_privileges"))
		run_all(host, dbc_query(host, "core/default_privileges", dbc_null(),
								dbc_text(table)));
}

typedef struct upgrade
{
	int from; /* 0: there are no tables */
	int to;
} upgrade;

static void
run_upgrade(dbc_host *host, void *arg)
{
	const upgrade *u = arg;

	for (int version = u->from + 1; version <= u->to; version++)
		run_ddl(host, version);
	make_policies(host);
}

/* Creates or upgrades dbcare's tables, which requires more privileges than
 * using them. */
static void
make_tables(dbc_host *host, upgrade *u)
{
	dbc_error error;

	if (dbc_guard(host, run_upgrade, u, DBC_KEEP, false, &error))
		return;
	if (!dbc_same(error.sqlstate, DBC_INSUFFICIENT))
		dbc_rethrow(host, &error);
	if (u->from == 0)
		dbc_fail(host, DBC_INSUFFICIENT, "Schema dbcare cannot be created.",
				 "Grant this role CREATE on the database, or call "
				 "dbcare_install() as another role and grant that one to it.",
				 "%s", error.message);
	dbc_fail(
		host, DBC_INSUFFICIENT,
		dbc_format(
			host,
			"The tables have version %d, this library needs version %d: %s.",
			u->from, u->to, error.message),
		"Call dbcare_install() as the owner of the tables or a superuser.",
		"dbcare's tables must be upgraded first");
}

int
dbc_need_tables(dbc_host *host)
{
	upgrade u = {dbc_tables_version(host), required_version(host)};

	if (u.from == u.to)
		return u.from;
	dbc_exclude(host, DBC_X_TABLES);
	/* another session may have created them meanwhile */
	host->tables_version = 0;
	u.from = dbc_tables_version(host);
	make_tables(host, &u);
	check_place(host);
	host->tables_version = u.to;
	return u.from;
}

int64_t
dbc_know_table(dbc_host *host, const dbc_relation *table)
{
	if (!dbc_find_sql(host, "core/know_table"))
		return 0;
	return dbc_get_int(host,
					   dbc_query(host, "core/know_table",
								 dbc_text(table->schema),
								 dbc_text(table->name)),
					   0, 0);
}

/* ---- SQL functions ---- */

/* dbcare_install() */
DBC_RUN(dbcare_install)
{
	dbc_json_node *result = dbc_json_object(host);
	int had = dbc_need_tables(host);
	int has = required_version(host);

	DBC_PUT_INT(result, version, has);
	DBC_PUT_INT(result, previous_version, had);
	DBC_PUT_BOOL(result, changed, had != has);
	dbc_json_emit(host, result);
}
