/*
 * samples_of.c
 *	  The database that a separate samples file belongs to, as stored in it.
 *
 * Growth and forecasts from samples of two databases would silently be wrong,
 * so the file of another database is rejected.  A database is identified by the
 * name of its file, symbolic links resolved, since a read-only database can
 * store nothing, and a copy has everything that the original stores.  If both
 * are known, the creation times of dbcare's tables must be equal, too, because
 * a file may be replaced by another database.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/monitor/monitor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/names.h"

/* The name of databases without a file. */
#define MEMORY ":memory:"

typedef struct identity
{
	const char *name;
	const char *since; /* NULL if the database has no tables of dbcare */
} identity;

static bool
has_table(dbcsl_host *h, const char *schema, const char *table)
{
	return sqlite3_table_column_metadata(h->db, schema, table, NULL, NULL, NULL,
										 NULL, NULL, NULL) == SQLITE_OK;
}

static const char *
main_name(dbcsl_host *h)
{
	const char *file = sqlite3_db_filename(h->db, "main");
	char *real;
	char *name;

	if (!file || !file[0])
		return MEMORY;
	real = realpath(file, NULL);
	/* the name in a VFS need not be a path */
	name = real ? sqlite3_mprintf("%s", real) : sqlite3_mprintf("%s", file);
	free(real);
	if (!name)
		dbcsl_fail_memory(h);
	return dbcsl_printf(h, "%z", name);
}

/* The identity of the main database. */
static identity
own_identity(dbcsl_host *h)
{
	static const dbc_sql read = {
		.name = "adapter/since",
		.text = "select min(installed_at) from main.dbcare_bookkeeping"};
	identity own = {.name = main_name(h)};

	if (has_table(h, "main", "dbcare_bookkeeping"))
		own.since = dbc_get_text_or_null(
			&h->base, dbcsl_query(&h->base, &read, NULL, 0), 0, 0);
	return own;
}

/* Reads the stored identity; false if there is none. */
static bool
stored_identity(dbcsl_host *h, identity *stored)
{
	static const dbc_sql read = {
		.name = "adapter/samples_of",
		.text = "select database_file, since from main.dbcare_samples_of"};
	const dbc_rows *rows;

	if (!has_table(h, DBCSL_SAMPLES, "dbcare_samples_of"))
		return false;
	rows = dbcsl_query(&h->base, &read, NULL, 0);
	if (rows->nrows == 0)
		return false;
	stored->name = dbc_get_text(&h->base, rows, 0, 0);
	stored->since = dbc_get_text_or_null(&h->base, rows, 0, 1);
	return true;
}

bool
dbcsl_monitor_is_same_file(const char *left, const char *right)
{
	struct stat l;
	struct stat r;

	return left && right && stat(left, &l) == 0 && stat(right, &r) == 0 &&
		   l.st_dev == r.st_dev && l.st_ino == r.st_ino;
}

/* Whether two names refer to the same database.  Each connection has a separate
 * in-memory database. */
static bool
is_same_name(const dbcsl_host *h, const char *left, const char *right)
{
	if (dbc_same(right, MEMORY))
		return dbc_same(left, MEMORY) &&
			   !((const dbcsl_monitor_state *) h->monitor)->moved;
	return dbc_same(left, right) || dbcsl_monitor_is_same_file(left, right);
}

/* Fails because the samples belong to another database. */
static _Noreturn void
refuse(dbcsl_host *h, const identity *stored, const identity *own)
{
	const char *file = dbcsl_find_samples_file(h->db);
	bool replaced = dbc_same(stored->name, own->name);
	dbc_json_node *options = dbc_json_object(&h->base);

	DBC_PUT_TEXT(options, samples_file, file);
	DBC_PUT_TEXT(options, samples_of, stored->name);
	dbc_fail(&h->base, DBC_INVALID_PARAMETER,
			 dbc_format(&h->base,
						"This database is \"%s\". Growth, forecasts and alerts "
						"would be computed from the samples of both.",
						own->name),
			 dbc_format(&h->base,
						"Name another file. If this database continues that "
						"one, renamed, copied or restored, call "
						"dbmonitor_start(60, %s).",
						dbcsl_printf(h, "%Q", dbc_json_text(options))),
			 replaced ? "the samples in \"%s\" belong to another database that "
						"was at \"%s\""
					  : "the samples in \"%s\" belong to database \"%s\"",
			 file, stored->name);
}

/* The samples_of option of dbmonitor_start(), or NULL. */
static const char *
continued(dbcsl_host *h)
{
	if (!dbc_same(h->base.function->name, "dbmonitor_start"))
		return NULL;
	return dbc_json_string_or_null(
		&h->base,
		dbc_json_find(
			&h->base,
			&((const dbc_args_dbmonitor_start *) h->base.args)->options,
			"samples_of"));
}

/* Fails if the samples belong to another database; see monitor/monitor.h. */
void
dbcsl_monitor_verify_samples_owner(dbcsl_host *h)
{
	dbcsl_monitor_state *state = h->monitor;
	const char *name = h->base.function->name;
	const char *wanted;
	identity stored;
	identity own;

	if (!h->has_samples_file || !(dbc_starts_with(name, "dbmonitor_") ||
								  dbc_starts_with(name, "dbhealth_")))
		return;
	/* the tables may be in files of others */
	(void) dbc_query(&h->base, "core/tables_state");
	if (!stored_identity(h, &stored))
		return;
	own = own_identity(h);
	if (is_same_name(h, stored.name, own.name) &&
		(!stored.since || !own.since || dbc_same(stored.since, own.since)))
		return;
	wanted = continued(h);
	/* beside a database that was replaced: it has no samples yet */
	if (state->for_call && !dbc_class_writes(h->base.function->class))
		h->has_samples_file = false;
	else if (!wanted || !dbc_same(wanted, stored.name))
		refuse(h, &stored, &own);
	state->continues = true;
}

/* Stores the database that the samples belong to; see monitor/monitor.h. */
void
dbcsl_monitor_store_samples_owner(dbcsl_host *h)
{
	const dbcsl_monitor_state *state = h->monitor;
	static const dbc_sql forget = {.name = "adapter/samples_of_forget",
								   .text =
									   "delete from main.dbcare_samples_of"};
	static const dbc_sql store = {
		.name = "adapter/samples_of_store",
		.text = "insert into main.dbcare_samples_of (database_file, since)"
				" values ($1, $2)"};
	dbc_value values[2];
	identity stored;
	identity own;
	bool known;

	/* other functions do not write samples */
	if (!h->has_samples_file || !dbc_class_writes(h->base.function->class) ||
		!dbc_starts_with(h->base.function->name, "dbmonitor_") ||
		!has_table(h, DBCSL_SAMPLES, "dbcare_samples_of"))
		return;
	known = stored_identity(h, &stored);
	if (known && stored.since && !state->continues)
		return;
	own = own_identity(h);
	if (known && !own.since && !state->continues)
		return;
	values[0] = dbc_text(known && !state->continues ? stored.name : own.name);
	values[1] = dbc_text(own.since);
	dbcsl_query(&h->base, &forget, NULL, 0);
	dbcsl_query(&h->base, &store, values, 2);
}
