/*
 * key_names.c
 *	  Keys of several columns that have had other names.
 *
 * An entry has the names of its time.  The rows of a replay have the present
 * ones, by the numbers of the columns.
 */
#include "common/audit/replay.h"

static int
count_key(const dbc_audit_columns *columns)
{
	int count = 0;

	for (int i = 0; i < columns->count; i++)
		count += columns->list[i].in_key;
	return count;
}

/* A column of the key by its number; NULL if there is none. */
static const dbc_audit_column *
find_in_key(const dbc_audit_columns *columns, int64_t number)
{
	for (int i = 0; i < columns->count; i++)
		if (columns->list[i].in_key && columns->list[i].number == number)
			return &columns->list[i];
	return NULL;
}

typedef enum naming
{
	SAME_NAMES,
	OTHER_NAMES,
	OTHER_COLUMNS
} naming;

/* What is different about the keys of two shapes. */
static naming
compare_keys(const dbc_audit_columns *left, const dbc_audit_columns *right)
{
	naming found = SAME_NAMES;

	if (count_key(left) != count_key(right))
		return OTHER_COLUMNS;
	for (int i = 0; i < left->count; i++)
	{
		const dbc_audit_column *column = &left->list[i];
		const dbc_audit_column *other = find_in_key(right, column->number);

		if (!column->in_key)
			continue;
		if (!other)
			return OTHER_COLUMNS;
		if (!dbc_same(column->name, other->name))
			found = OTHER_NAMES;
	}
	return found;
}

/* A key of one shape with the names of another one. */
static const char *
convert(dbc_host *host, const char *key, const dbc_audit_columns *from,
		const dbc_audit_columns *to)
{
	dbc_audit_row row = {0};

	if (count_key(from) < 2 || compare_keys(from, to) != OTHER_NAMES)
		return key;
	dbc_audit_set_cells(host, &row, from, key);
	return dbc_audit_key_of(host, &row, to);
}

const char *
dbc_audit_present_key(dbc_audit_replay *r, const dbc_audit_columns *columns,
					  const char *key)
{
	return convert(r->host, key, columns, &r->present);
}

const char *
dbc_audit_entry_key(dbc_audit_replay *r, const dbc_value *entry)
{
	return dbc_audit_present_key(r, dbc_audit_columns_of(r, entry),
								 entry[DBC_NEWER_KEY].text);
}

/* Reads the shapes whose keys have other names than those before. */
static void
read_namings(dbc_audit_replay *r)
{
	const dbc_rows *rows = dbc_query(r->host, "audit/shapes", dbc_int(r->id));

	r->namings =
		dbc_alloc(r->host, ((size_t) rows->nrows + 1) * sizeof(*r->namings));
	r->namings[r->nnamings++] = r->present;
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_audit_columns shape =
			dbc_audit_read_columns(r->host, dbc_get_json(r->host, rows, i, 0));
		bool is_new = compare_keys(&r->present, &shape) == OTHER_NAMES;

		for (int j = 0; j < r->nnamings && is_new; j++)
			is_new = compare_keys(&r->namings[j], &shape) != SAME_NAMES;
		if (is_new)
			r->namings[r->nnamings++] = shape;
	}
}

dbc_row_keys
dbc_audit_key_names(dbc_audit_replay *r, const char *key)
{
	dbc_row_keys keys = {0};

	if (r->nnamings == 0 && count_key(&r->present) > 1)
		read_namings(r);
	keys.list =
		dbc_alloc(r->host, ((size_t) r->nnamings + 1) * sizeof(*keys.list));
	keys.list[keys.count++] = key;
	for (int i = 1; i < r->nnamings; i++)
		keys.list[keys.count++] =
			convert(r->host, key, &r->present, &r->namings[i]);
	return keys;
}
