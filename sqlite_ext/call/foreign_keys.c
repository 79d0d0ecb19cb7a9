/*
 * foreign_keys.c
 *	  Foreign keys while a script runs.
 *
 * Rebuilding a table requires foreign_keys = off; otherwise dropping the old
 * table deletes the rows that refer to it.  Inside a transaction SQLite
 * silently ignores that PRAGMA, but sqlite3_db_config() works there.  At the
 * end of the script, violations are compared with those that existed before.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/settings.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/trust/unsafe.h"

#include <stdlib.h>

#include "common/core/text.h"

bool
dbcsl_is_on_value(const char *value)
{
	if (value[0] >= '0' && value[0] <= '9')
		return (strtol(value, NULL, 10) & 0xff) != 0;
	return sqlite3_stricmp(value, "on") == 0 ||
		   sqlite3_stricmp(value, "yes") == 0 ||
		   sqlite3_stricmp(value, "true") == 0;
}

/* Whether violations of deferred foreign keys are pending. */
static bool
deferred_pending(dbcsl_host *h)
{
	int pending = 0;
	int highest = 0;

	sqlite3_db_status(h->db, SQLITE_DBSTATUS_DEFERRED_FKS, &pending, &highest,
					  0);
	return pending != 0;
}

/* Fails while violations of deferred foreign keys are pending. */
void
dbcsl_refuse_deferred(dbcsl_host *h, const char *setting)
{
	if (deferred_pending(h))
		dbc_fail(
			&h->base, DBC_NOT_READY,
			"SQLite would forget the violations, or never allow the "
			"transaction to commit.",
			"Change foreign_keys before the rows, or repair the rows first.",
			"%s cannot be changed while rows violate a deferred foreign "
			"key",
			setting);
}

/* Counts the rows without parent per child and parent table. */
static void
count_violations(dbc_host *host, void *result)
{
	static const dbc_sql count = {
		.name = "adapter/violations",
		.text = "select min(\"table\"), min(parent), count(*) "
				"from temp.pragma_foreign_key_check "
				"group by lower(\"table\"), lower(parent) "
				"order by lower(\"table\"), lower(parent)"};

	/* it evaluates generated columns */
	dbcsl_refuse_unsafe_table(dbcsl_of(host), "main", NULL, DBCSL_IN_COLUMNS);
	*(const dbc_rows **) result = dbcsl_query(host, &count, NULL, 0);
}

void
dbcsl_set_foreign_keys(dbcsl_host *h, const char *value,
					   const dbc_rows **before)
{
	bool on = dbcsl_is_on_value(value);
	int was_on = 0;

	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &was_on);
	if (on == (was_on != 0))
		return;
	dbcsl_refuse_deferred(h, "foreign_keys");
	if (!on && !*before && !dbcsl_is_read_only(h) &&
		!dbcsl_try(h, count_violations, before))
	{
		/* a foreign key of the schema may be invalid, and the script may repair
		 * it */
		if (dbcsl_is_unguarded_error(&h->error))
			dbcsl_rethrow(h);
		dbc_notice(&h->base, "foreign keys are not checked: %s",
				   h->error.message);
	}
	dbcsl_hold_read_statement(h);
	sqlite3_db_config(h->db, SQLITE_DBCONFIG_ENABLE_FKEY, on, NULL);
	dbcsl_refresh_read_statement(h);
}

/* The number of rows of a relation without parent before the script. */
static int64_t
count_before(dbcsl_host *h, const dbc_rows *before, const dbc_value *relation)
{
	for (int i = 0; i < before->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(&h->base, before, i, "ttI");

		if (sqlite3_stricmp(row[0].text, relation[0].text) == 0 &&
			sqlite3_stricmp(row[1].text, relation[1].text) == 0)
			return row[2].integer;
	}
	return 0;
}

void
dbcsl_refuse_foreign_key_violations(dbcsl_host *h, const dbc_rows *before,
									const dbc_rows *after, const char *hint)
{
	for (int i = 0; i < after->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(&h->base, after, i, "ttI");
		int64_t more = row[2].integer - count_before(h, before, row);

		if (more > 0)
			dbc_fail(&h->base, DBC_FOREIGN_KEY, NULL, hint,
					 "%s of \"%s\" now without parent in \"%s\"",
					 dbc_count_text(&h->base, more, "row"), row[0].text,
					 row[1].text);
	}
}

void
dbcsl_verify_foreign_keys(dbcsl_host *h, const dbc_rows *before)
{
	const dbc_rows *after;

	if (!dbcsl_is_read_only(h) && deferred_pending(h))
		dbc_fail(&h->base, DBC_FOREIGN_KEY, NULL, NULL,
				 "deferred foreign key constraint is violated");
	if (!before)
		return;
	count_violations(&h->base, &after);
	dbcsl_refuse_foreign_key_violations(
		h, before, after,
		"A script that turns foreign_keys off must leave "
		"every row with a parent.");
}
