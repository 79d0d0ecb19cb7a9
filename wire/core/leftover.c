/*
 * leftover.c
 *	  Invalid indexes left by failed or interrupted concurrent index builds.
 *
 * Such an index blocks the next attempt and slows down writes without being
 * used.
 */
#include "wire/core/relation.h"
#include "wire/core/script.h"

#include "common/core/text.h"

/* Whether a table has a valid index with a name. */
static bool
has_index(dbcw_host *h, int64_t table, const char *name)
{
	return dbc_get_bool(
		&h->base,
		dbc_query(&h->base, "core/has_index", dbc_int(table), dbc_text(name)),
		0, 0);
}

/* Whether the index of an interrupted statement exists; if the server chooses
 * its name, any new index counts. */
static bool
is_built(dbcw_host *h, const char *version, const dbcw_index_work *work)
{
	int64_t table = work->tables ? dbcw_find_relation(h, work->tables) : 0;

	if (table == 0)
		return false;
	if (work->index)
		return has_index(h, table, work->index);
	return dbc_get_bool(&h->base,
						dbc_query(&h->base, "core/index_made",
								  dbc_text(version), dbc_int(table)),
						0, 0);
}

bool
dbcw_is_statement_done(dbcw_host *h, const char *version,
					   const dbc_statement *statement)
{
	dbcw_index_work work = dbcw_read_index_work(h, statement);

	if (work.creates)
		return is_built(h, version, &work);
	return work.drops && work.tables && dbcw_find_relation(h, work.tables) == 0;
}

const dbc_rows *
dbcw_find_leftovers(dbcw_host *h, const char *version,
					const dbc_statement *statement)
{
	static const dbc_rows none = {.nrows = 0};
	dbcw_index_work work = dbcw_read_index_work(h, statement);
	int64_t table = 0;

	if (work.creates)
	{
		table = work.tables ? dbcw_find_relation(h, work.tables) : 0;
		if (table == 0)
			return &none;
	}
	else if (!work.reindexes)
		return &none;
	if (version)
		return dbc_query(&h->base, "core/migration_leftovers",
						 dbc_text(version), dbc_int(table),
						 dbc_text(work.index));
	return dbc_query(&h->base, "core/leftovers", dbc_int(table),
					 dbc_text(h->invalid_before));
}
