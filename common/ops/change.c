/*
 * change.c
 *	  Statements that change rows: what is common to all of them.
 */
#include "common/ops/change.h"

#include <string.h>

#include "common/check/user_table.h"
#include "common/core/retry.h"
#include "common/core/text.h"
#include "common/core/names.h"

/* SQLSTATE of PostgreSQL for rows that another transaction has changed. */
#define SERIALIZATION "40001"

void
dbc_ops_begin_change(dbc_host *host, dbc_ops_change *change,
					 const dbc_value *relation,
					 const dbc_option_value *returning,
					 const dbc_option_value *keys,
					 const dbc_option_value *lock_timeout_ms)
{
	const dbc_ops_column **columns = NULL;
	int ncolumns = 0;

	/* looking at the table may wait, too */
	if (lock_timeout_ms->given && host->rooms.ops->limit_waits)
		host->rooms.ops->limit_waits(host, lock_timeout_ms->integer);
	change->table = DBC_CALL(host, ops, describe)(
		host, dbc_check_user_table(host, relation));
	change->wants_rows = returning->given;
	if (returning->given)
		columns = dbc_ops_find_columns(host, change->table, returning->texts,
									   &ncolumns);
	change->nkeys = keys->given && !keys->integer ? 0 : change->table->nkeys;
	change->nreturned = change->nkeys + ncolumns;
	change->returned = dbc_alloc(host, ((size_t) change->nreturned + 1) *
										   sizeof(*change->returned));
	for (int i = 0; i < change->nreturned; i++)
		change->returned[i] = i < change->nkeys ? change->table->keys[i]
												: columns[i - change->nkeys];
	dbc_buffer_init(&change->keys, host);
	dbc_buffer_init(&change->rows, host);
}

void
dbc_ops_add_written(dbc_ops_statement *s, const dbc_ops_column *column,
					const dbc_json_item *item, const dbc_ops_value *value)
{
	bool is_document =
		column->kind == DBC_OPS_OTHER &&
		(item->kind == DBC_I_ARRAY || item->kind == DBC_I_OBJECT);
	dbc_ops_value read;

	if (!column->type)
	{
		dbc_ops_add_value(s, value);
		return;
	}
	/* an array or a row */
	if (is_document && s->host->rooms.ops->read_document)
	{
		read = s->host->rooms.ops->read_document(s->host, column, value);
		value = &read;
	}
	dbc_append(&s->text, "cast(");
	dbc_ops_add_value(s, value);
	dbc_append_format(&s->text, " as %s)", column->type);
}

/* Appends the elements of a JSON array. */
static void
append_elements(dbc_buffer *list, const char *array)
{
	size_t length = strlen(array) - 2;

	if (length == 0)
		return;
	dbc_append(list, list->length > 0 ? ", " : "");
	dbc_append_bytes(list, array + 1, length);
}

/* Appends the keys of the rows of a result. */
static void
append_keys(dbc_host *host, dbc_ops_change *change, const dbc_rows *rows)
{
	if (change->nkeys > 1)
	{
		append_elements(&change->keys,
						dbc_ops_rows_text(host, change->returned, change->nkeys,
										  rows, 0, rows->nrows));
		return;
	}
	for (int i = 0; change->nkeys == 1 && i < rows->nrows; i++)
	{
		const dbc_value value = dbc_get_value(host, rows, i, 0);

		dbc_append(&change->keys, change->keys.length > 0 ? ", " : "");
		dbc_append(&change->keys,
				   dbc_ops_cell_text(host, change->returned[0], &value));
	}
}

/* Fails if a rule replaces a statement that is to return rows. */
static void
refuse_rule(dbc_ops_statement *s, const dbc_ops_change *change)
{
	static const char *const words[DBC_OPS_NEVENTS] = {"INSERT", "UPDATE",
													   "DELETE"};

	for (int i = 0; i < DBC_OPS_NEVENTS; i++)
		if (change->table->rules[i] &&
			dbc_starts_with_nocase(s->text.data, words[i]))
			dbc_fail(s->host, DBC_UNSUPPORTED,
					 "The result cannot have keys or columns of the rows.",
					 "Pass {\"keys\": false} without returning, or add "
					 "RETURNING to the rule.",
					 "rule %s of table %s replaces %s and returns no rows",
					 change->table->rules[i], change->table->relation->shown,
					 words[i]);
}

void
dbc_ops_run_change(dbc_ops_statement *s, dbc_ops_change *change)
{
	const dbc_rows *rows;

	if (change->nreturned > 0)
	{
		refuse_rule(s, change);
		dbc_append(&s->text, " returning ");
		dbc_ops_add_columns(s, change->returned, change->nreturned);
	}
	rows = dbc_ops_run(s, NULL);
	change->affected += change->nreturned > 0 ? rows->nrows : rows->affected;
	append_keys(s->host, change, rows);
	if (change->wants_rows)
		append_elements(&change->rows,
						dbc_ops_rows_text(s->host,
										  change->returned + change->nkeys,
										  change->nreturned - change->nkeys,
										  rows, change->nkeys, rows->nrows));
}

void
dbc_ops_reset_change(dbc_ops_change *change, const dbc_ops_change *before)
{
	*change = *before;
	change->keys.data[change->keys.length] = '\0';
	change->rows.data[change->rows.length] = '\0';
}

/* Puts a JSON array with these elements. */
static void
put_array(dbc_json_node *result, const char *key, const dbc_buffer *elements)
{
	const dbc_value value =
		dbc_json(dbc_format(elements->host, "[%s]", elements->data));

	dbc_json_put_value(result, key, &value);
}

void
dbc_ops_put_change(dbc_json_node *result, const dbc_ops_change *change)
{
	DBC_PUT_INT(result, affected, change->affected);
	if (change->nkeys > 0)
		put_array(result, "keys", &change->keys);
	if (change->wants_rows)
		put_array(result, "rows", &change->rows);
}

/* Whether the caller's transaction has one snapshot from its start to its end,
 * so that a retry would see the same rows. */
static bool
has_one_snapshot(dbc_host *host)
{
	const dbc_rows *rows = dbc_query_text(
		host, "select pg_catalog.current_setting('transaction_isolation') in "
			  "('repeatable read', 'serializable')");

	return dbc_get_bool(host, rows, 0, 0);
}

bool
dbc_ops_may_retry(dbc_host *host, dbc_error *error, int64_t *retries)
{
	/* the only writer has the lock that it needs */
	if (*retries <= 0 || host->traits->one_writer || !dbc_is_transient(error))
		return false;
	if (dbc_same(error->sqlstate, SERIALIZATION) && has_one_snapshot(host))
	{
		if (!error->hint)
			error->hint = "The snapshot belongs to the transaction: repeat the "
						  "whole transaction.";
		return false;
	}
	--*retries;
	/* in a deadlock the other session must come first */
	(void) dbc_query_text(
		host, dbc_format(host, "select pg_catalog.pg_sleep(%lld / 1000.0)",
						 (long long) dbc_retry_pause(1)));
	return true;
}
