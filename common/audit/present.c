/*
 * present.c
 *	  Reading present rows of a logged table, and the entries about them.
 */
#include "common/audit/replay.h"

#include "common/core/json_write.h"
#include "common/core/text.h"
#include "common/row/exact.h"
#include "common/row/key.h"

dbc_audit_row
dbc_audit_present_row(const dbc_audit_replay *r, const dbc_rows *rows, int i)
{
	dbc_audit_row found = {.exists = true};

	dbc_audit_set_cells(
		r->host, &found, &r->present,
		dbc_row_exact(r->host, dbc_get_text(r->host, rows, i, 0)));
	return found;
}

static const dbc_rows *
read_where(const dbc_audit_replay *r, const char *condition)
{
	return dbc_query_text(
		r->host, dbc_format(r->host, "%s where %s", r->statement, condition));
}

/* Adds a present row. */
static void
add_row(dbc_audit_row *row, const char *key, dbc_audit_row found,
		const dbc_audit_replay *r)
{
	if (row->exists)
		dbc_fail(r->host, DBC_NOT_READY,
				 dbc_format(r->host, "Several rows have the key %s.", key),
				 NULL, "rows of the past of table %s cannot be told apart",
				 r->table->shown);
	found.key = key;
	*row = found;
}

/* Rows that are read together. */
typedef struct batch
{
	dbc_audit_replay *replay;
	int numbers[DBC_AUDIT_BATCH]; /* ascending */
	const char *keys[DBC_AUDIT_BATCH];
	int count;
} batch;

/* Whether a row is one of the batch. */
static bool
has_number(const batch *b, int number)
{
	int low = 0;
	int high = b->count - 1;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (b->numbers[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return b->count > 0 && b->numbers[low] == number;
}

/* Reads the rows of a batch one by one. */
static void
read_each(const batch *b)
{
	dbc_audit_replay *r = b->replay;

	for (int i = 0; i < b->count; i++)
	{
		dbc_value key = dbc_json(b->keys[i]);
		dbc_row_named named;
		const dbc_rows *rows;

		if (r->rows[b->numbers[i]]->exists)
			continue;
		named = dbc_row_find(r->host, r->table, &key);
		rows = read_where(r, named.condition);
		for (int j = 0; j < rows->nrows; j++)
		{
			dbc_audit_row found = dbc_audit_present_row(r, rows, j);

			/* the row may have an equal key */
			if (named.is_exact ||
				dbc_same(dbc_audit_key_of(r->host, &found, &r->present),
						 b->keys[i]))
				add_row(r->rows[b->numbers[i]], b->keys[i], found, r);
		}
		dbc_poll(r->host);
	}
}

static void
read_batch(const batch *b)
{
	dbc_audit_replay *r = b->replay;
	const dbc_rows *rows =
		read_where(r, dbc_row_find_all(r->host, r->table, b->keys, b->count));
	bool is_certain = true;

	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_audit_row found = dbc_audit_present_row(r, rows, i);
		const char *key = dbc_audit_key_of(r->host, &found, &r->present);
		int number = dbc_audit_find_row(r, key);

		if (has_number(b, number))
			add_row(r->rows[number], r->rows[number]->key, found, r);
		else
			is_certain = false;
	}
	/* the same key can have been written in another way */
	if (!is_certain)
		read_each(b);
	dbc_poll(r->host);
}

void
dbc_audit_read_present(dbc_audit_replay *r, int first, const bool *except)
{
	batch *b = dbc_alloc(r->host, sizeof(*b));

	b->replay = r;
	b->count = 0;
	for (int i = first; i < r->nrows; i++)
	{
		if (except && except[i])
			continue;
		b->numbers[b->count] = i;
		b->keys[b->count++] = r->rows[i]->key;
		if (b->count == DBC_AUDIT_BATCH)
		{
			read_batch(b);
			b->count = 0;
		}
	}
	if (b->count > 0)
		read_batch(b);
}

/* What entries may have for a key. */
static dbc_json_node *
list_names(dbc_audit_replay *r, const char *key)
{
	dbc_json_node *list = dbc_json_array(r->host);
	dbc_row_keys names = dbc_audit_key_names(r, key);

	for (int i = 0; i < names.count; i++)
	{
		const char *plain = dbc_row_plain_key(r->host, names.list[i]);

		dbc_json_push_text(list, names.list[i]);
		if (!dbc_same(plain, names.list[i]))
			dbc_json_push_text(list, plain);
	}
	return list;
}

/* The entries that are about the rows with the keys: the columns of another row
 * may have had other names. */
static const dbc_rows *
choose_entries(dbc_audit_replay *r, const dbc_rows *rows,
			   const char *const *keys)
{
	size_t columns = (size_t) rows->ncols;
	dbc_rows *chosen = dbc_alloc(r->host, sizeof(*chosen));
	dbc_value *values = dbc_alloc(
		r->host, ((size_t) rows->nrows * columns + 1) * sizeof(*values));

	*chosen = *rows;
	chosen->values = values;
	chosen->nrows = 0;
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *entry =
			dbc_audit_get_newer(r->host, rows, i, DBC_NEWER_SHAPES "ib");
		const char *key = keys[entry[DBC_NEWER_PLACE].integer];

		if (!dbc_same(dbc_audit_entry_key(r, entry), key))
			continue;
		for (size_t j = 0; j < columns; j++)
			values[(size_t) chosen->nrows * columns + j] =
				dbc_get_value(r->host, rows, i, (int) j);
		chosen->nrows++;
	}
	return chosen;
}

const dbc_rows *
dbc_audit_entries_of(dbc_audit_replay *r, dbc_value since, int64_t after,
					 const dbc_value *chosen, int64_t last,
					 const char *const *keys, int nkeys)
{
	static const dbc_value none[4];
	dbc_json_node *list = dbc_json_array(r->host);
	const dbc_rows *rows;

	if (!chosen)
		chosen = none;
	for (int i = 0; i < nkeys; i++)
		dbc_json_push(list, list_names(r, keys[i]));
	rows = dbc_query(r->host, "audit/newer_rows", chosen[0], chosen[1],
					 chosen[2], chosen[3], dbc_int(last), dbc_int(r->id), since,
					 dbc_int(after), dbc_text(dbc_json_text(list)));
	return r->nnamings > 1 ? choose_entries(r, rows, keys) : rows;
}
