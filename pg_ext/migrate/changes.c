/*
 * changes.c
 *	  What scripts have changed: objects and rows in their present and former
 *	  state.
 *
 * Former definitions can be read only after the changes are undone, since the
 * server's deparsing functions use today's catalog; but an earlier snapshot
 * still shows where the rows of a table were, and in which columns.
 */
#include "pg_ext/migrate/track.h"
#include "pg_ext/core/query.h"

#include "access/xact.h"
#include "utils/snapmgr.h"

#include "common/core/text.h"

/* Columns of migrate/tracked_rows.sql. */
enum
{
	R_NAME,
	R_BEFORE, /* query for the former digest, or NULL */
	R_NOW	  /* query for the present digest, or NULL */
};

static const dbc_rows no_rows;

/* Runs a read-only query with a snapshot. */
static const dbc_rows *
query_as_of(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
			int nargs, Snapshot snapshot)
{
	bool was_read_only = host->read_only;
	const dbc_rows *rows;

	PushActiveSnapshot(snapshot);
	/* on failure the guard resets it */
	host->read_only = true;
	rows = dbcpg_query(&host->base, sql, args, nargs);
	host->read_only = was_read_only;
	PopActiveSnapshot();
	return rows;
}

/* Runs a read-only query on the database as it is now. */
static const dbc_rows *
query_now(dbcpg_host *host, const dbc_sql *sql, const dbc_value *args,
		  int nargs)
{
	CommandCounterIncrement();
	return query_as_of(host, sql, args, nargs, GetTransactionSnapshot());
}

/* The text of the first column of the first row. */
static dbc_value
first_text(dbcpg_host *host, const dbc_rows *rows)
{
	return rows->nrows > 0 ? dbc_get_value(&host->base, rows, 0, 0)
						   : dbc_null();
}

/* A set as the text of an array. */
static dbc_value
array_text(dbcpg_host *host, HTAB *set)
{
	HASH_SEQ_STATUS sequence;
	dbc_buffer buffer;
	const Oid *object;

	dbc_buffer_init(&buffer, &host->base);
	dbc_append(&buffer, "{");
	hash_seq_init(&sequence, set);
	while ((object = hash_seq_search(&sequence)) != NULL)
		dbc_append_format(&buffer, "%s%u", buffer.length > 1 ? "," : "",
						  *object);
	dbc_append(&buffer, "}");
	return dbc_text(buffer.data);
}

/* Removes objects that were created and dropped again. */
static void
remove_transient(dbcpg_migrate_tracking *t)
{
	HASH_SEQ_STATUS sequence;
	const Oid *object;

	hash_seq_init(&sequence, t->made);
	while ((object = hash_seq_search(&sequence)) != NULL)
		if (hash_search(t->dropped, object, HASH_FIND, NULL))
		{
			(void) hash_search(t->objects, object, HASH_REMOVE, NULL);
			(void) hash_search(t->programs, object, HASH_REMOVE, NULL);
			(void) hash_search(t->written, object, HASH_REMOVE, NULL);
		}
}

/* Finds the objects to compare. */
static void
find_changed_objects(dbcpg_migrate_tracking *t)
{
	dbcpg_host *host = t->host;
	const dbc_sql *family = dbc_find_sql(&host->base, "migrate/tracked_family");
	dbc_value objects = array_text(host, t->objects);

	t->args[0] = dbc_bool(false);
	t->args[1] = dbc_null();
	if (hash_get_num_entries(t->objects) == 0)
		return;
	objects =
		first_text(host, query_as_of(host, family, &objects, 1, t->before));
	t->args[1] = first_text(host, query_now(host, family, &objects, 1));
}

/* Finds the tables whose rows to compare. */
static void
find_changed_tables(dbcpg_migrate_tracking *t)
{
	dbcpg_host *host = t->host;
	const dbc_sql *tables = dbc_find_sql(&host->base, "migrate/tracked_tables");
	const dbc_sql *rows = dbc_find_sql(&host->base, "migrate/tracked_rows");
	dbc_value written = array_text(host, t->written);
	dbc_value chosen[] = {t->args[1].text ? t->args[1] : dbc_text("{}"),
						  written};
	dbc_value where[3];

	t->tables = &no_rows;
	if (!t->args[1].text && hash_get_num_entries(t->written) == 0)
		return;
	where[0] =
		first_text(host, query_as_of(host, tables, chosen, 2, t->before));
	where[1] = first_text(host, query_now(host, tables, chosen, 2));
	where[2] = written;
	t->tables = query_now(host, rows, where, 3);
}

/* The objects that may have changed, in their present state. */
static const dbc_rows *
list_objects(dbcpg_migrate_tracking *t)
{
	dbc_host *base = &t->host->base;
	const dbc_rows *relations;

	if (t->everything)
		return dbcpg_migrate_list_schema(base, DBC_SCHEMA_NOW);
	if (!t->args[1].text)
		return &no_rows;
	relations = dbc_query_sql(base, &t->queries[0], t->args, 2);
	if (hash_get_num_entries(t->programs) == 0)
		return relations;
	return dbcpg_migrate_join_rows(
		base, relations, dbc_query_sql(base, &t->queries[1], t->args, 2), NULL);
}

/* The digests of the tables that may have changed, in their present state. */
static const dbc_rows *
list_tables(dbcpg_migrate_tracking *t, int column)
{
	dbc_host *base = &t->host->base;
	dbc_rows *rows = dbc_alloc(base, sizeof(*rows));
	dbc_value *values =
		dbc_alloc(base, (2 * (size_t) t->tables->nrows + 1) * sizeof(*values));

	*rows = (dbc_rows){.ncols = 2, .values = values};
	for (int i = 0; i < t->tables->nrows; i++)
	{
		const dbc_value *table = dbc_get_row(base, t->tables, i, "");
		dbc_sql digest = {.text = table[column].text};

		if (!digest.text)
			continue;
		values[2 * rows->nrows] = table[R_NAME];
		values[2 * rows->nrows++ + 1] =
			first_text(t->host, query_now(t->host, &digest, NULL, 0));
	}
	return rows;
}

/* Makes the planner expect few objects among many, until a GUC level ends: the
 * catalog may be small at planning time and grow with every migration. */
static int
plan_for_few(void)
{
	static const char *const plans[] = {"enable_seqscan", "enable_hashjoin",
										"enable_mergejoin"};
	int level = NewGUCNestLevel();

	for (size_t i = 0; i < lengthof(plans); i++)
		(void) set_config_option(plans[i], "off", PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* See common/migrate/host.h. */
bool
dbcpg_migrate_read_changes(dbc_host *base, dbc_moment moment,
						   dbc_changes *touched)
{
	dbcpg_migrate_tracking *t = dbcpg_of(base)->hook_state;
	int level = GetCurrentTransactionNestLevel();
	int settings;

	if (moment == DBC_BEFORE && level >= t->level)
		return false;
	settings = plan_for_few();
	if (moment == DBC_NOW)
	{
		remove_transient(t);
		find_changed_objects(t);
		find_changed_tables(t);
		dbcpg_migrate_stop_tracking(t);
		t->level = level;
	}
	touched->objects = list_objects(t);
	AtEOXact_GUC(false, settings);
	touched->complete = !t->others;
	touched->tables = list_tables(t, moment == DBC_NOW ? R_NOW : R_BEFORE);
	return true;
}
