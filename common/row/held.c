/*
 * held.c
 *	  Rows that must not be deleted for good, nor replaced.
 *
 * A hold has the number of its table and the key of its row.  Where a trigger
 * of dbcare sees the keys change, the hold follows; elsewhere the row cannot be
 * found any more, and nothing is deleted before dbarchive_hold() or
 * dbarchive_release() has named the row.
 */
#include "common/row/held.h"

#include "common/core/asserts.h"
#include "common/core/json_write.h"
#include "common/core/sort.h"
#include "common/core/tables.h"
#include "common/row/held_search.h"
#include "common/row/spelling.h"

/* ---- the holds of a table ---- */

bool
dbc_row_has_holds(dbc_host *host)
{
	return dbc_has_tables(host) &&
		   dbc_get_bool(host, dbc_query(host, "row/has_holds"), 0, 0);
}

/* The holds of a table. */
static const dbc_rows *
read_holds(dbc_host *host, const dbc_relation *table)
{
	static const dbc_rows none = {0};

	if (!dbc_row_has_holds(host))
		return &none;
	return dbc_query(host, "row/holds", dbc_text(table->shown), dbc_null());
}

const dbc_rows *
dbc_row_read_holds(dbc_host *host, const dbc_relation *table, const char *key)
{
	dbc_row_keys keys = {&key, 1};

	return dbc_query(host, "row/holds", dbc_text(table->shown),
					 dbc_row_list_keys(host, &keys));
}

const dbc_rows *
dbc_row_find_holds(dbc_host *host, const dbc_relation *table, const char *key)
{
	const dbc_rows *all;
	dbc_row_keys keys = {0};
	const bool *found;

	if (dbc_row_read_rule(host, table).is_exact)
		return dbc_row_read_holds(host, table, key);
	all = dbc_query(host, "row/holds", dbc_text(table->shown), dbc_null());
	found =
		dbc_row_match(host, table, dbc_row_list_column(host, all, DBC_HOLD_KEY),
					  all->nrows, &key, 1, false);
	for (int i = 0; i < all->nrows; i++)
		if (found[i])
		{
			keys.list = dbc_grow(host, keys.list, (size_t) keys.count,
								 sizeof(*keys.list));
			keys.list[keys.count++] = dbc_get_text(host, all, i, DBC_HOLD_KEY);
		}
	return dbc_query(host, "row/holds", dbc_text(table->shown),
					 dbc_row_list_keys(host, &keys));
}

/* A key of a hold, whose condition is needed. */
typedef struct naming
{
	const dbc_relation *table;
	const char *key;
	const char *condition;
} naming;

static void
name_row(dbc_host *host, void *arg)
{
	naming *n = arg;
	dbc_value key = dbc_json(n->key);

	n->condition = dbc_row_find(host, n->table, &key).unqualified;
}

/* Appends the conditions of the rows of holds from one to before another; the
 * depth of expressions is limited. */
static void
append_conditions(dbc_buffer *sql, const dbc_relation *table,
				  const dbc_rows *holds, int from, int to)
{
	int middle = from + (to - from) / 2;
	naming n = {.table = table, .condition = NULL};
	dbc_error error;

	if (to - from > 1)
	{
		dbc_append(sql, "(");
		append_conditions(sql, table, holds, from, middle);
		dbc_append(sql, " or ");
		append_conditions(sql, table, holds, middle, to);
		dbc_append(sql, ")");
		return;
	}
	n.key = dbc_get_text(sql->host, holds, from, DBC_HOLD_KEY);
	/* a key of other columns is of no row */
	dbc_append_format(sql, "(%s)",
					  dbc_guard(sql->host, name_row, &n, DBC_KEEP, true, &error)
						  ? n.condition
						  : "false");
}

const char *
dbc_row_held(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *holds = read_holds(host, table);
	dbc_row_rule rule;
	dbc_buffer sql;

	if (holds->nrows == 0)
		return "false";
	dbc_buffer_init(&sql, host);
	rule = dbc_row_read_rule(host, table);
	dbc_append_format(&sql, "%s%s in (", rule.is_exact ? "" : "(",
					  rule.key_sql);
	for (int i = 0; i < holds->nrows; i++)
		dbc_append_format(&sql, "%s%s", i > 0 ? ", " : "",
						  dbc_get_text(host, holds, i, DBC_HOLD_QUOTED));
	dbc_append(&sql, ")");
	if (!rule.is_exact)
	{
		dbc_append(&sql, " or ");
		append_conditions(&sql, table, holds, 0, holds->nrows);
		dbc_append(&sql, ")");
	}
	return sql.data;
}

const char *
dbc_row_hold_reason(dbc_host *host, const dbc_relation *table, const char *key)
{
	const dbc_rows *holds;

	if (!dbc_row_has_holds(host))
		return NULL;
	holds = dbc_row_find_holds(host, table, key);
	return holds->nrows > 0 ? dbc_get_text(host, holds, 0, DBC_HOLD_REASON)
							: NULL;
}

const char **
dbc_row_list_held(dbc_host *host, const dbc_relation *table, int *count)
{
	const dbc_rows *holds = read_holds(host, table);

	*count = holds->nrows;
	return dbc_row_list_column(host, holds, DBC_HOLD_KEY);
}

/* ---- other spellings in the trash ---- */

/* What identifies the row of a hold in the trash. */
static const char *
identity_of(dbc_host *host, const dbc_rows *holds, int i)
{
	const char *values = dbc_get_text_or_null(host, holds, i, DBC_HOLD_VALUES);

	return values ? values : dbc_get_text(host, holds, i, DBC_HOLD_KEY);
}

/* The identities of the rows of holds, sorted. */
static const char **
sort_identities(dbc_host *host, const dbc_rows *holds)
{
	const char **sorted =
		dbc_alloc(host, ((size_t) holds->nrows + 1) * sizeof(*sorted));

	for (int i = 0; i < holds->nrows; i++)
		sorted[i] = identity_of(host, holds, i);
	dbc_sort(sorted, (size_t) holds->nrows, sizeof(*sorted), dbc_compare_texts);
	return sorted;
}

/* Rows of row/kept_rows.sql that the table takes for those of holds although
 * their keys are written in another way. */
static dbc_rows
choose_spellings(dbc_host *host, const dbc_relation *table,
				 const dbc_rows *holds, bool by_values)
{
	const char **identities = sort_identities(host, holds);
	const dbc_rows *kept =
		dbc_query(host, "row/kept_rows", dbc_text(table->shown));
	const bool *found =
		dbc_row_match(host, table, dbc_row_list_column(host, kept, 0),
					  kept->nrows, identities, holds->nrows, by_values);
	dbc_rows chosen = *kept;
	size_t columns = (size_t) kept->ncols;
	dbc_value *values =
		dbc_alloc(host, ((size_t) kept->nrows * columns + 1) * sizeof(*values));

	chosen.values = values;
	chosen.nrows = 0;
	for (int i = 0; i < kept->nrows; i++)
	{
		const char *identity = dbc_get_text(host, kept, i, 0);

		if (!found[i] ||
			dbc_search(&identity, identities, (size_t) holds->nrows,
					   sizeof(*identities), dbc_compare_texts))
			continue;
		for (size_t j = 0; j < columns; j++)
			values[(size_t) chosen.nrows * columns + j] =
				dbc_get_value(host, kept, i, (int) j);
		chosen.nrows++;
	}
	return chosen;
}

void
dbc_row_hold_spellings(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *holds = read_holds(host, table);
	dbc_rows kept;
	bool by_values;

	if (holds->nrows == 0 || dbc_row_read_rule(host, table).is_exact)
		return;
	by_values = !dbc_is_null(host, holds, 0, DBC_HOLD_VALUES);
	kept = choose_spellings(host, table, holds, by_values);
	for (int i = 0; i < holds->nrows && kept.nrows > 0; i++)
	{
		const char *identity = identity_of(host, holds, i);
		const bool *found =
			dbc_row_match(host, table, dbc_row_list_column(host, &kept, 0),
						  kept.nrows, &identity, 1, by_values);

		for (int j = 0; j < kept.nrows; j++)
			if (found[j])
				dbc_query(host, "row/copy_hold",
						  dbc_get_value(host, holds, i, DBC_HOLD_ID),
						  dbc_get_value(host, &kept, j, 1),
						  dbc_get_value(host, &kept, j, 2));
	}
}

/* ---- the held rows ---- */

/* Fails because the row of a hold is not known. */
static _Noreturn void
fail_to_find(dbc_host *host, const dbc_row_search *s, const dbc_error *error)
{
	dbc_fail(host, DBC_NOT_READY,
			 error->message
				 ? dbc_format(host, "%s.", error->message)
				 : "No row of the table, and no deleted row that is kept, has "
				   "this key: the row may have another key now.",
			 "Call dbarchive_release() with this key, and dbarchive_hold() "
			 "with the present key if the row exists.",
			 "the held row %s of table %s cannot be found", s->key, s->table);
}

bool
dbc_row_is_moved_hold(dbc_host *host, const dbc_rows *holds, int i)
{
	return dbc_get_bool(host, holds, i, DBC_HOLD_IS_MOVED);
}

void
dbc_row_refuse_moved_holds(dbc_host *host, const char *table)
{
	dbc_row_searched l = {.kept = NULL};

	if (!dbc_row_has_holds(host))
		return;
	l.holds = dbc_query(host, "row/holds", dbc_text(table), dbc_null());
	for (int i = 0; i < l.holds->nrows; i++)
	{
		dbc_row_search s;
		dbc_error error;

		if (dbc_get_bool(host, l.holds, i, DBC_HOLD_IS_MOVED) &&
			!dbc_row_is_found(host, &l, i, &s, &error))
			fail_to_find(host, &s, &error);
	}
}

void
dbc_row_find_held(dbc_host *host, const dbc_relation *table)
{
	dbc_row_searched l = {.holds = read_holds(host, table)};

	for (int i = 0; i < l.holds->nrows; i++)
	{
		dbc_row_search s;
		dbc_error error;

		if (!dbc_row_is_found(host, &l, i, &s, &error))
			fail_to_find(host, &s, &error);
		if (!dbc_same(s.present.key, s.key))
			dbc_query(host, "row/move_hold",
					  dbc_get_value(host, l.holds, i, DBC_HOLD_ID),
					  dbc_text(s.present.key), dbc_text(s.present.values));
		dbc_poll(host);
	}
	dbc_row_hold_spellings(host, table);
}

static _Noreturn void
refuse(dbc_host *host, const char *table, const char *key, const char *reason)
{
	dbc_fail(host, DBC_NOT_READY,
			 dbc_format(host, "Reason of the hold: %s", reason),
			 "dbarchive_release() ends a hold.", "row %s of table %s is held",
			 key, table);
}

void
dbc_row_keep_held(dbc_host *host, const dbc_relation *table)
{
	dbc_row_searched l = {.holds = read_holds(host, table)};

	for (int i = 0; i < l.holds->nrows; i++)
	{
		dbc_row_search s;
		dbc_error error;

		if (!dbc_row_is_found(host, &l, i, &s, &error))
			refuse(host, s.table, s.key,
				   dbc_get_text(host, l.holds, i, DBC_HOLD_REASON));
		dbc_poll(host);
	}
}

const dbc_row_lost *
dbc_row_list_lost(dbc_host *host, int *count)
{
	dbc_row_searched l = {
		.holds = dbc_query(host, "row/holds", dbc_null(), dbc_null())};
	dbc_row_lost *lost =
		dbc_alloc(host, ((size_t) l.holds->nrows + 1) * sizeof(*lost));

	*count = 0;
	for (int i = 0; i < l.holds->nrows; i++)
	{
		dbc_row_search s;
		dbc_error error;

		if (!dbc_row_is_found(host, &l, i, &s, &error))
			lost[(*count)++] = (dbc_row_lost){s.table, s.key, error.message};
		dbc_poll(host);
	}
	return lost;
}

/* ---- rows that are saved ---- */

/* The same for keys with several spellings. */
static void
refuse_spellings(dbc_host *host, const dbc_row_step *step,
				 const dbc_rows *holds)
{
	const dbc_rows *keys = dbc_query(
		host, "row/saved_keys", dbc_int(step->set_id), dbc_int(step->number));
	const bool *found = dbc_row_match(
		host, step->table, dbc_row_list_column(host, keys, 0), keys->nrows,
		dbc_row_list_column(host, holds, DBC_HOLD_KEY), holds->nrows, false);

	for (int i = 0; i < keys->nrows; i++)
		if (found[i])
			refuse(host, step->table->shown, dbc_get_text(host, keys, i, 0),
				   dbc_row_hold_reason(host, step->table,
									   dbc_get_text(host, keys, i, 0)));
}

/* Fails if a saved row of a step is held. */
static void
refuse_saved(dbc_host *host, const dbc_row_step *step)
{
	const dbc_rows *holds;
	const dbc_rows *held;
	dbc_json_node *keys;

	dbc_exclude(host, DBC_X_HOLDS);
	dbc_row_find_held(host, step->table);
	holds = read_holds(host, step->table);
	if (holds->nrows == 0)
		return;
	if (!dbc_row_read_rule(host, step->table).is_exact)
	{
		refuse_spellings(host, step, holds);
		return;
	}
	keys = dbc_json_object(host);
	for (int i = 0; i < holds->nrows; i++)
		dbc_json_put_text(
			keys,
			dbc_format(host, "%lld",
					   (long long) dbc_get_int(host, holds, i, DBC_HOLD_ID)),
			dbc_get_text(host, holds, i, DBC_HOLD_KEY));
	held = dbc_query(host, "row/held_saved", dbc_int(step->set_id),
					 dbc_int(step->number), dbc_text(dbc_json_text(keys)));
	if (held->nrows > 0)
		refuse(host, step->table->shown, dbc_get_text(host, held, 0, 0),
			   dbc_get_text(host, held, 0, 1));
}

int64_t
dbc_row_act(dbc_host *host, dbc_row_action act, dbc_row_step *step)
{
	bool deletes = act == DBC_ACT_CHANGE && !step->assignments;

	/* what is saved has a number within its set */
	DBC_ASSERT(host, step->table && (act != DBC_ACT_SAVE || step->number > 0));
	if (deletes || (act == DBC_ACT_RESTORE && step->replaces))
		refuse_saved(host, step);
	return DBC_CALL(host, row, run)(host, act, step);
}
