/*
 * owner_sql.c
 *	  Running SQL of retention policies.
 *
 * It runs with no more rights than the owner of the table has, since the
 * role that stored the policy has chosen a part of it.
 */
#include "common/archive/archive.h"

static const dbc_rows *
run(dbc_host *host, const dbc_relation *table, const dbc_relation *about,
	const char *sql)
{
	dbc_script script = {.label = "the policy",
						 .first_line = 1,
						 .has_places = true,
						 .is_own = true,
						 .table = table,
						 .about = about,
						 .is_fix = true,
						 .keeps_rows = true};

	dbc_split(host, sql, &script);
	return dbc_run_script(host, &script, NULL);
}

const dbc_rows *
dbc_archive_run_sql(dbc_host *host, const dbc_relation *table, const char *sql)
{
	return run(host, table, table, sql);
}

const dbc_rows *
dbc_archive_run_sql_about(dbc_host *host, const dbc_relation *partition,
						  const char *sql)
{
	return run(host, NULL, partition, sql);
}

typedef struct reading
{
	const dbc_relation *table;
	const char *query;
	const dbc_rows *rows;
} reading;

static void
read_rows(dbc_host *host, void *arg)
{
	reading *r = arg;

	r->rows = dbc_archive_run_sql(host, r->table, r->query);
}

const dbc_value *
dbc_archive_read_row(dbc_host *host, const dbc_relation *table,
					 const char *query, const char *shapes)
{
	reading r = {.table = table, .query = query};
	dbc_error error;

	if (!dbc_guard(host, read_rows, &r, DBC_KEEP, true, &error))
		dbc_rethrow(host, &error);
	return dbc_get_row(host, r.rows, 0, shapes);
}
