/*
 * list.c
 *	  Registered seeds: dbseed_status.
 *
 * What is read was written by others, and is checked before use.
 */
#include <string.h>

#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/tables.h"
#include "common/seed/seed.h"

/* Columns of seed/seeds.sql. */
enum
{
	S_NAME,
	S_TABLE,
	S_KEY,
	S_MODE,
	S_ENVIRONMENTS,
	S_ROWS,
	S_CHECKSUM,
	S_ADDED_AT,
	S_ADDED_BY,
	S_APPLIED_AT,
	S_APPLIED_BY,
	S_APPLIED_CHECKSUM,
	S_COUNTS,
	S_AUTHOR
};

static const char **
read_key(dbc_host *host, const char *json)
{
	dbc_json_entries entries = dbc_json_read_entries(host, json, "key_columns");
	const char **key =
		dbc_alloc(host, ((size_t) entries.count + 1) * sizeof(*key));
	int n = 0;

	for (int i = 0; i < entries.count; i++)
		if (!entries.list[i].key && entries.list[i].kind == DBC_I_STRING)
			key[n++] = entries.list[i].text;
	return key;
}

dbc_seeds
dbc_seed_list(dbc_host *host)
{
	dbc_seeds seeds = {.count = 0};
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return seeds;
	rows = dbc_query(host, "seed/seeds");
	seeds.items =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*seeds.items));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *s = dbc_get_row(host, rows, i, "ttjtJjtttTTTJT");
		dbc_seed *seed = &seeds.items[seeds.count++];

		*seed = (dbc_seed){.name = s[S_NAME].text,
						   .table_name = s[S_TABLE].text,
						   .key = read_key(host, s[S_KEY].text),
						   .mode = s[S_MODE].text,
						   .environments = s[S_ENVIRONMENTS].text,
						   .rows = s[S_ROWS].text,
						   .checksum = s[S_CHECKSUM].text,
						   .added_at = s[S_ADDED_AT].text,
						   .applied_at = s[S_APPLIED_AT].text,
						   .applied_by = s[S_APPLIED_BY].text,
						   .counts = s[S_COUNTS].text,
						   .author = s[S_AUTHOR].text};
		seed->changed = s[S_APPLIED_CHECKSUM].text &&
						!dbc_same(s[S_APPLIED_CHECKSUM].text, seed->checksum);
	}
	return seeds;
}

bool
dbc_seed_is_for(dbc_host *host, const dbc_seed *seed, const char *environment)
{
	dbc_json_entries names;

	if (!seed->environments)
		return true;
	names = dbc_json_read_entries(host, seed->environments, "environments");
	for (int i = 0; i < names.count; i++)
		if (names.list[i].kind == DBC_I_STRING &&
			dbc_same(names.list[i].text, environment))
			return true;
	return false;
}

const char *
dbc_seed_state(const dbc_seed *seed)
{
	return !seed->applied_at ? "pending"
		   : seed->changed	 ? "changed"
							 : "applied";
}

/* A count of the last apply; null if there is none. */
static dbc_value
count_of(dbc_host *host, const dbc_seed *seed, const char *name)
{
	const dbc_value counts = dbc_json(seed->counts);
	const dbc_json_item *item = dbc_json_find(host, &counts, name);
	double number;

	if (!item || !dbc_json_real(host, item, &number) || !(number >= 0) ||
		number > 1e15)
		return dbc_null();
	return dbc_int((int64_t) number);
}

/* The number of rows of a seed. */
static int64_t
count_rows(dbc_host *host, const dbc_seed *seed)
{
	const char *problem;
	const dbc_json_item *item =
		dbc_json_read(host, seed->rows, strlen(seed->rows), NULL, 0, &problem);

	return item && item->kind == DBC_I_ARRAY ? (int64_t) item->length : 1;
}

/* dbseed_status() */
DBC_RUN(dbseed_status)
{
	dbc_seeds seeds = dbc_seed_list(host);

	for (int i = 0; i < seeds.count; i++)
	{
		const dbc_seed *seed = &seeds.items[i];

		dbc_emit(host, dbc_text(seed->name), dbc_text(seed->table_name),
				 dbc_text(seed->mode), dbc_json(seed->environments),
				 dbc_int(count_rows(host, seed)),
				 dbc_text(dbc_seed_state(seed)), dbc_text(seed->checksum),
				 dbc_text(seed->added_at), dbc_text(seed->applied_at),
				 dbc_text(seed->applied_by),
				 count_of(host, seed, "records_created"),
				 count_of(host, seed, "records_updated"),
				 count_of(host, seed, "records_unchanged"),
				 count_of(host, seed, "records_skipped"),
				 count_of(host, seed, "records_removed"),
				 count_of(host, seed, "conflicts"));
	}
}
