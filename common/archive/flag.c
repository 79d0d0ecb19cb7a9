/*
 * flag.c
 *	  Tables with mode flag: marking rows and their children, and removing
 * marks.
 *
 * Statements run as the caller's own would, with his rights and the triggers of
 * the tables, or as the owner of the tables if the caller may.  Marks
 * spread along a foreign key in one statement, and again while a parent gains
 * rows, so circles end.
 */
#include "common/archive/flag.h"

#include <string.h>

#include "common/archive/host.h"
#include "common/core/settings.h"
#include "common/core/text.h"
#include "common/row/held.h"

/* Columns of archive/flag_links.sql. */
enum
{
	L_PARENT,
	L_CHILD,
	L_MATCHES,
	L_CASCADES,
	L_MODE
};

/* A foreign key that refers to a table with mode flag. */
typedef struct link
{
	const char *parent;
	const char *child;
	const char *matches; /* condition that row c refers to row p */
	bool cascades;
	bool marks;	  /* the child has mode flag */
	bool reached; /* the parent may have rows of the batch */
} link;

typedef struct links
{
	link *list;
	int count;
	const char *root; /* table of the first row of a batch */
} links;

/* Whether marks spread to a table. */
static bool
is_reached(const links *l, const char *table)
{
	for (int i = 0; i < l->count; i++)
		if (l->list[i].reached && l->list[i].cascades && l->list[i].marks &&
			dbc_same(l->list[i].child, table))
			return true;
	return dbc_same(table, l->root);
}

static links
read_links(dbc_host *host, const char *root)
{
	bool more = true;
	const dbc_rows *rows = dbc_query(host, "archive/flag_links");
	links l = {.count = rows->nrows, .root = root};

	l.list = dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*l.list));
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *mode = dbc_get_text_or_null(host, rows, i, L_MODE);

		l.list[i] = (link){.parent = dbc_get_text(host, rows, i, L_PARENT),
						   .child = dbc_get_text(host, rows, i, L_CHILD),
						   .matches = dbc_get_text(host, rows, i, L_MATCHES),
						   .cascades = dbc_get_bool(host, rows, i, L_CASCADES),
						   .marks = mode && dbc_same(mode, "flag")};
	}
	while (more)
	{
		more = false;
		for (int i = 0; i < l.count; i++)
			if (!l.list[i].reached && is_reached(&l, l.list[i].parent))
				l.list[i].reached = more = true;
	}
	return l;
}

/* ---- statements over tables of users ---- */

/* Held rows: they may be marked, and the mark be removed. */

/* Runs a statement. */
static const dbc_rows *
run(dbc_host *host, const char *sql)
{
	dbc_script script = {.label = "the statement",
						 .first_line = 1,
						 .is_own = true,
						 .as_owner = true,
						 .has_places = true};

	dbc_split(host, sql, &script);
	return dbc_run_script(host, &script, NULL);
}

void
dbc_archive_fail_kept(dbc_host *host, const dbc_relation *table,
					  const dbc_row_named *row, const char *unmarked)
{
	const dbc_rows *rows = dbc_row_read(
		host, dbc_format(host, "select 1 from %s where (%s)%s%s", table->shown,
						 row->condition, unmarked ? " and " : "",
						 unmarked ? unmarked : ""));

	if (rows->nrows > 0)
		dbc_fail(host, DBC_NOT_READY,
				 "The statement has changed no row, though it is there.",
				 "Look at the triggers and rules of the table, and at its row "
				 "security.",
				 "row %s of table %s cannot be deleted", row->key,
				 table->shown);
	dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
			 "table %s has no row with the key %s%s", table->shown, row->key,
			 unmarked ? " that is not deleted" : "");
}

/* ---- setup ---- */

bool
dbc_archive_has_mark(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows =
		dbc_query(host, "archive/flag_setup", dbc_text(table->schema),
				  dbc_text(table->name));

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *statement = dbc_get_text_or_null(host, rows, i, 0);

		if (statement && strstr(statement, " add column deleted_at "))
			return false;
	}
	return true;
}

const char **
dbc_archive_flag_setup(dbc_host *host, const dbc_relation *table, bool advice,
					   int *count)
{
	const dbc_rows *rows =
		dbc_query(host, "archive/flag_setup", dbc_text(table->schema),
				  dbc_text(table->name));
	const char **statements =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*statements));

	*count = 0;
	for (int i = 0; i < rows->nrows; i++)
	{
		const char *problem = dbc_get_text_or_null(host, rows, i, 2);

		if (problem)
			dbc_fail(host, DBC_NOT_READY, dbc_format(host, "%s.", problem),
					 "Rename the column or relation, or use "
					 "{\"mode\": \"trash\"}.",
					 "rows of table %s cannot be marked as deleted",
					 table->shown);
		if (dbc_get_bool(host, rows, i, 1) == advice)
			statements[(*count)++] = dbc_get_text(host, rows, i, 0);
	}
	return statements;
}

/* ---- marking ---- */

/* Marks the children of the rows that are marked, as long as there are more. */
static int64_t
mark_children(dbc_host *host, const links *l, const char *root,
			  const char *assignments, int64_t batch)
{
	bool *grown = dbc_alloc(host, (size_t) l->count + 1);
	int64_t rows = 0;
	bool more = true;

	for (int i = 0; i < l->count; i++)
		grown[i] = dbc_same(l->list[i].parent, root);
	while (more)
	{
		more = false;
		for (int i = 0; i < l->count; i++)
		{
			const link *k = &l->list[i];
			int64_t marked;

			if (!grown[i] || !k->cascades || !k->marks)
				continue;
			grown[i] = false;
			marked = run(host, dbc_format(host,
										  "update %s as c set %s from %s as p "
										  "where p.deletion_id = %lld and (%s) "
										  "and c.deleted_at is null",
										  k->child, assignments, k->parent,
										  (long long) batch, k->matches))
						 ->affected;
			rows += marked;
			if (marked == 0)
				continue;
			more = true;
			for (int j = 0; j < l->count; j++)
				if (dbc_same(l->list[j].parent, k->child))
					grown[j] = true;
			dbc_poll(host);
		}
	}
	return rows;
}

static bool
hides(dbc_host *host, const char *table, const char *query)
{
	return DBC_CALL(host, archive, hides)(host, table, query);
}

/* Fails if rows that are not marked refer to rows of the batch. */
static void
refuse_children(dbc_host *host, const links *l, const dbc_relation *table,
				const char *key, int64_t batch)
{
	dbc_buffer list;

	dbc_buffer_init(&list, host);
	for (int i = 0; i < l->count; i++)
	{
		const link *k = &l->list[i];
		const char *query =
			dbc_format(host,
					   "select count(*) from %s as p, %s as c "
					   "where p.deletion_id = %lld and (%s)%s",
					   k->parent, k->child, (long long) batch, k->matches,
					   k->marks ? " and c.deleted_at is null" : "");
		int64_t rows;

		if (!k->reached)
			continue;
		if (hides(host, k->child,
				  dbc_format(host, "%s having count(*) > 0", query)))
			dbc_append_format(&list,
							  "%srows of table %s that row security "
							  "hides",
							  list.length > 0 ? ", " : "", k->child);
		if (k->cascades && k->marks)
			continue;
		rows = dbc_get_int(host, dbc_row_read(host, query), 0, 0);
		if (rows > 0)
			dbc_append_format(
				&list, "%s%lld of table %s%s", list.length > 0 ? ", " : "",
				(long long) rows, k->child,
				k->marks ? "" : ", which does not have mode flag");
	}
	if (list.length > 0)
		dbc_fail(host, DBC_FOREIGN_KEY,
				 dbc_format(host, "Rows that refer to it or its children: %s.",
							list.data),
				 "Delete these rows first, or call dbarchive_enable() with "
				 "{\"mode\": \"flag\"} for tables that delete with their "
				 "parent.",
				 "row %s of table %s cannot be marked as deleted", key,
				 table->shown);
}

/* Stores the batch of a row. */
static int64_t
add_batch(dbc_host *host, const dbc_relation *table, const dbc_row_named *row,
		  const char *actor, const char *reason)
{
	const char *place = dbc_archive_place(host, table);
	const dbc_rows *rows =
		place ? dbc_query(host, "archive/add_known_flag", dbc_int(table->id),
						  dbc_text(table->shown), dbc_text(place),
						  dbc_text(row->key), dbc_text(actor), dbc_text(reason))
			  : NULL;

	if (!rows || rows->nrows == 0)
		rows = dbc_query(host, "archive/add_flag", dbc_text(table->shown),
						 dbc_text(row->key), dbc_text(actor), dbc_text(reason));
	return dbc_get_int(host, rows, 0, 0);
}

/* Whether marks of a table can spread, as far as this engine knows without
 * reading all foreign keys. */
static bool
may_be_parent(dbc_host *host, const dbc_relation *table)
{
	const dbc_sql *sql = dbc_find_sql(host, "archive/is_parent");

	return !sql || !sql->is_kept ||
		   (table->id == 0 && !host->traits->one_file) ||
		   dbc_get_bool(host,
						dbc_query_sql(host, sql,
									  DBC_VALUES(dbc_int(table->id),
												 dbc_text(table->name))),
						0, 0);
}

int64_t
dbc_archive_flag(dbc_host *host, const dbc_relation *table,
				 const dbc_row_named *row, const char *reason, int64_t *rows)
{
	const char *actor = dbc_actor(host, dbc_read_settings(host));
	links l = may_be_parent(host, table) ? read_links(host, table->shown)
										 : (links){.root = table->shown};
	int64_t batch = add_batch(host, table, row, actor, reason);
	const char *assignments = dbc_get_text(
		host, dbc_query(host, "archive/stamp", dbc_text(actor), dbc_int(batch)),
		0, 0);

	*rows = run(host, dbc_format(host,
								 "update %s set %s where (%s) "
								 "and deleted_at is null",
								 table->shown, assignments, row->condition))
				->affected;
	if (*rows == 0)
		dbc_archive_fail_kept(host, table, row, "deleted_at is null");
	*rows += mark_children(host, &l, table->shown, assignments, batch);
	refuse_children(host, &l, table, row->key, batch);
	if (*rows != 1)
		dbc_query(host, "archive/count_flag", dbc_int(batch), dbc_int(*rows));
	return batch;
}

/* ---- removing marks ---- */

/* Fails if the parent of a row of the batch is marked by another. */
static void
refuse_orphans(dbc_host *host, const links *l, int64_t batch)
{
	for (int i = 0; i < l->count; i++)
	{
		const link *k = &l->list[i];

		if (k->marks && is_reached(l, k->child) &&
			dbc_get_int(
				host,
				dbc_row_read(
					host,
					dbc_format(
						host,
						"select count(*) from %s as c, %s as p "
						"where c.deletion_id = %lld and (%s) "
						"and p.deleted_at is not null "
						"and (p.deletion_id is null or p.deletion_id <> %lld)",
						k->child, k->parent, (long long) batch, k->matches,
						(long long) batch)),
				0, 0) > 0)
			dbc_fail(host, DBC_FOREIGN_KEY,
					 dbc_format(host,
								"Rows of table %s have parents in table %s "
								"that are deleted, too.",
								k->child, k->parent),
					 "Restore the parents first.",
					 "batch %lld cannot be restored", (long long) batch);
	}
}

int64_t
dbc_archive_unflag(dbc_host *host, int64_t batch)
{
	const dbc_rows *flag = dbc_query(host, "archive/flag", dbc_int(batch));
	const dbc_rows *tables;
	int64_t rows = 0;
	links l;

	if (flag->nrows == 0)
		return -1;
	l = read_links(host, dbc_get_text(host, flag, 0, 0));
	refuse_orphans(host, &l, batch);
	tables = dbc_query(host, "archive/flag_tables", dbc_null());
	for (int i = 0; i < tables->nrows; i++)
	{
		const char *table = dbc_get_text(host, tables, i, 0);

		/* foreign keys may be others than when the rows were marked */
		if (is_reached(&l, table) || dbc_get_bool(host, tables, i, 2))
			rows +=
				run(host, dbc_format(host,
									 "update %s set deleted_at = null, "
									 "deleted_by = null, deletion_id = null "
									 "where deletion_id = %lld",
									 table, (long long) batch))
					->affected;
		if (hides(host, table,
				  dbc_format(host, "select 1 from %s where deletion_id = %lld",
							 table, (long long) batch)))
			dbc_fail(host, DBC_INSUFFICIENT, NULL,
					 "Let the owner of the table restore it.",
					 "batch %lld cannot be restored: row security hides rows "
					 "of table %s",
					 (long long) batch, table);
	}
	dbc_query(host, "archive/forget", dbc_int(batch));
	return rows;
}

bool
dbc_archive_unflag_row(dbc_host *host, const dbc_relation *table,
					   const dbc_row_named *row, int64_t *batch)
{
	const dbc_rows *rows =
		dbc_row_read(host, dbc_format(host,
									  "select deletion_id from %s where (%s) "
									  "and deleted_at is not null",
									  table->shown, row->condition));

	if (rows->nrows == 0)
		return false;
	*batch = 0;
	if (!dbc_is_null(host, rows, 0, 0))
		*batch = dbc_get_int(host, rows, 0, 0);
	else
		run(host, dbc_format(host,
							 "update %s set deleted_at = null, "
							 "deleted_by = null where (%s)",
							 table->shown, row->condition));
	return true;
}
