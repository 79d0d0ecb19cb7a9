/*
 * policy_partitions.c
 *	  What retention policies do to whole partitions [PG].
 *
 * Detaching or dropping a partition takes as long as a few rows do.  A table
 * that is partitioned by the time of its rows loses them so, and only so, if no
 * trigger and no condition has to see them one by one.
 */
#include "common/retention/policy.h"

#include "common/archive/stays.h"
#include "common/row/held.h"
#include "common/core/names.h"

/* Columns of retention/policy_partitions.sql. */
enum
{
	P_IS_WHOLE,
	P_MANAGED,
	P_NAME,
	P_SHOWN,
	P_ROWS,
	P_BYTES,
	P_OLDEST,
	P_NEWEST,
	P_DETACH,
	P_REMOVE,
	P_OID,
	P_LOCK
};

/* Fails if pg_partman removes old partitions. */
static void
refuse_managed(dbc_host *host, const dbc_policy_rows *rows, const char *query)
{
	const dbc_rows *kept = query ? dbc_query_text(host, query) : NULL;

	if (kept && kept->nrows > 0)
		dbc_fail(host, DBC_UNSUPPORTED, NULL,
				 "Change retention in its table part_config, or set it to null "
				 "there.",
				 "pg_partman removes partitions of table %s after %s",
				 rows->table->shown, dbc_get_text(host, kept, 0, 0));
}

static const dbc_rows *
read_partitions(dbc_host *host, const dbc_policy_rows *rows)
{
	return dbc_query(host, "retention/policy_partitions",
					 dbc_text(rows->table->schema), dbc_text(rows->table->name),
					 dbc_text(rows->options->timestamp_column.text),
					 dbc_int(rows->days));
}

/* Whether there is a partition i. */
static bool
has_partition(dbc_host *host, const dbc_policy_rows *rows, int i)
{
	return i < rows->partitions->nrows &&
		   !dbc_is_null(host, rows->partitions, i, P_NAME);
}

/* How many rows of a partition satisfy a condition. */
static int64_t
count_where(dbc_host *host, const char *shown, const char *condition)
{
	return dbc_archive_read_row(host, NULL,
								dbc_format(host,
										   "select count(*) from %s where %s",
										   shown, condition),
								"i")[0]
		.integer;
}

/* A partition whose rows are counted. */
typedef struct counting
{
	const char *shown;
	int64_t rows;
} counting;

static void
count_all(dbc_host *host, void *arg)
{
	counting *c = arg;

	c->rows = count_where(host, c->shown, "true");
}

void
dbc_retention_count_partitions(dbc_host *host, dbc_policy_rows *rows)
{
	dbc_error error;

	rows->counts = dbc_alloc(host, ((size_t) rows->partitions->nrows + 1) *
									   sizeof(*rows->counts));
	for (int i = 0; has_partition(host, rows, i); i++)
	{
		counting c = {dbc_get_text(host, rows->partitions, i, P_SHOWN), 0};

		if (!dbc_is_null(host, rows->partitions, i, P_ROWS))
			c.rows = dbc_get_int(host, rows->partitions, i, P_ROWS);
		else if (!dbc_guard(host, count_all, &c, DBC_KEEP, true, &error) &&
				 !dbc_same(error.sqlstate, DBC_UNDEFINED_TABLE))
			dbc_rethrow(host, &error);
		rows->counts[i] = c.rows;
	}
}

void
dbc_retention_find_partitions(dbc_host *host, dbc_policy_rows *rows)
{
	const dbarchive_policy_options *given = rows->options;
	const dbc_rows *found;

	if (given->where.given || given->to.given || given->to_directory.given ||
		rows->action == DBC_POLICY_ANONYMISE ||
		!dbc_find_sql(host, "retention/policy_partitions"))
		return;
	found = read_partitions(host, rows);
	if (found->nrows == 0 || !dbc_get_bool(host, found, 0, P_IS_WHOLE))
		return;
	refuse_managed(host, rows, dbc_get_text_or_null(host, found, 0, P_MANAGED));
	rows->partitions = found;
}

static const dbc_relation *
find_partition(dbc_host *host, const dbc_policy_rows *rows, int i)
{
	return dbc_resolve(host, dbc_get_text(host, rows->partitions, i, P_SHOWN));
}

/* How many rows of a partition are held. */
static int64_t
count_held(dbc_host *host, const dbc_relation *partition)
{
	return count_where(host, partition->shown, dbc_row_held(host, partition));
}

void
dbc_retention_preview_partitions(dbc_host *host, const dbc_policy_rows *rows,
								 dbc_json_node *result)
{
	dbc_json_node *names = dbc_json_array(host);
	const char *oldest = NULL;
	const char *newest = NULL;
	int64_t count = 0;
	int64_t bytes = 0;
	int64_t held = 0;

	for (int i = 0; has_partition(host, rows, i); i++)
	{
		const dbc_value *cells =
			dbc_get_row(host, rows->partitions, i, "bTttIittttit");
		int64_t n = count_held(host, find_partition(host, rows, i));

		held += n;
		if (n > 0)
			continue;
		dbc_json_push_text(names, cells[P_SHOWN].text);
		count += rows->counts[i];
		bytes += cells[P_BYTES].integer;
		if (!oldest)
			oldest = cells[P_OLDEST].text;
		newest = cells[P_NEWEST].text;
	}
	DBC_PUT_INT(result, rows, count);
	DBC_PUT_INT(result, bytes, bytes);
	DBC_PUT_TEXT(result, oldest, oldest);
	DBC_PUT_TEXT(result, newest, newest);
	DBC_PUT_INT(result, held, held);
	DBC_PUT(result, partitions, names);
}

typedef struct removal
{
	const dbc_policy_rows *rows;
	int i;
	const dbc_relation *partition;
} removal;

/* Locks the table and a partition.  That takes no snapshot, so that all that is
 * read next is as of now. */
static void
lock_partition(dbc_host *host, void *arg)
{
	const removal *r = arg;

	dbc_archive_run_sql(host, NULL,
						dbc_get_text(host, r->rows->partitions, r->i, P_LOCK));
}

/* Whether two rows are about the same partition with the same bounds. */
static bool
is_same(dbc_host *host, const dbc_rows *left, int i, const dbc_rows *right,
		int j)
{
	return !dbc_is_null(host, right, j, P_NAME) &&
		   dbc_get_int(host, left, i, P_OID) ==
			   dbc_get_int(host, right, j, P_OID) &&
		   dbc_same(dbc_get_text(host, left, i, P_SHOWN),
					dbc_get_text(host, right, j, P_SHOWN)) &&
		   dbc_same(dbc_get_text(host, left, i, P_NEWEST),
					dbc_get_text(host, right, j, P_NEWEST));
}

/* Locks a partition; false if another session has dropped, detached or replaced
 * it since it was found, or if rows now go one by one. */
static bool
is_still_there(dbc_host *host, removal *r)
{
	const dbc_rows *now;
	dbc_error error;

	if (!dbc_guard(host, lock_partition, r, DBC_KEEP, false, &error))
	{
		if (!dbc_same(error.sqlstate, DBC_UNDEFINED_TABLE))
			dbc_rethrow(host, &error);
		return false;
	}
	now = read_partitions(host, r->rows);
	for (int j = 0; j < now->nrows; j++)
		if (dbc_get_bool(host, now, j, P_IS_WHOLE) &&
			is_same(host, r->rows->partitions, r->i, now, j))
			return true;
	return false;
}

/* Detaches a partition, and drops it unless it is the archive. */
static void
remove_partition(dbc_host *host, void *arg)
{
	const removal *r = arg;

	dbc_archive_run_sql_about(
		host, r->partition,
		dbc_get_text(host, r->rows->partitions, r->i, P_DETACH));
	if (r->rows->action == DBC_POLICY_DELETE)
		dbc_archive_run_sql_about(
			host, r->partition,
			dbc_get_text(host, r->rows->partitions, r->i, P_REMOVE));
}

bool
dbc_retention_run_partition(dbc_host *host, const dbc_policy_rows *rows, int i,
							int64_t *count)
{
	removal r = {.rows = rows, .i = i};
	dbc_error error;

	if (!has_partition(host, rows, i))
		return false;
	if (!is_still_there(host, &r))
		return true;
	r.partition = find_partition(host, rows, i);
	if (count_held(host, r.partition) > 0)
		return true;
	if (dbc_guard(host, remove_partition, &r, DBC_KEEP, false, &error))
		*count += rows->counts[i];
	else if (!dbc_same(error.sqlstate, DBC_FOREIGN_KEY))
		dbc_rethrow(host, &error);
	return true;
}
