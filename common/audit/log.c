/*
 * log.c
 *	  dbaudit_log and dbaudit_history: the logged changes.
 */
#include "common/audit/follow.h"
#include "common/audit/seal.h"

#include <string.h>

#include "common/check/user_table.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/core/options.h"
#include "common/core/tables.h"
#include "common/row/exact.h"
#include "common/row/key.h"
#include "common/row/shown.h"

#define DEFAULT_LIMIT 1000

/* Columns of audit/log.sql. */
enum
{
	L_ID,
	L_AT,
	L_ACTOR,
	L_USER,
	L_ROLE,
	L_APPLICATION,
	L_ADDRESS,
	L_TABLE,
	L_KEY,
	L_ACTION,
	L_CHANGED,
	L_TRANSACTION
};

#define ENTRY "itTTTTTtTtTi"

/* A text option, or null. */
static dbc_value
text_or_null(const dbc_option_value *given)
{
	return given->given ? dbc_text(given->text) : dbc_null();
}

/* A time option as dbcare's tables have it, or null. */
static dbc_value
time_or_null(dbc_host *host, const dbc_option_value *given, const char *name)
{
	int64_t ms;

	if (!given->given)
		return dbc_null();
	if (!dbc_parse_time(given->text, &ms))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write a time such as 2026-11-21T09:00:00Z.",
				 "option \"%s\" cannot be \"%s\"", name, given->text);
	return dbc_text(dbc_time_text(host, ms));
}

/* The number of a table, which may no longer exist, and in *name what the log
 * calls it. */
static dbc_value
table_of(dbc_host *host, dbc_value *name)
{
	const dbc_rows *rows = dbc_query(host, "audit/named", *name);
	const dbc_relation *table;

	if (!dbc_is_null(host, rows, 0, 0))
		return dbc_int(dbc_get_int(host, rows, 0, 0));
	table = dbc_check_user_table(host, name);
	*name = dbc_text(table->shown);
	return dbc_int(dbc_audit_find(host, table).id);
}

/* ---- values before and after ---- */

/* The parts of an entry, JSON or null. */
typedef struct parts
{
	dbc_value before;
	dbc_value after;
	dbc_value columns;
} parts;

/* Adds a value to an object, as it was saved or as users read it. */
static void
put_value(dbc_host *host, dbc_json_node *object, const char *key,
		  const dbc_json_item *value, bool exact)
{
	const char *text = exact ? dbc_json_value_text(host, value) : NULL;
	dbc_value shown = !exact  ? dbc_row_shown_value(host, value)
					  : !text ? dbc_null()
					  : value->kind == DBC_I_STRING ? dbc_text(text)
													: dbc_json(text);

	dbc_json_put_value(object, key, &shown);
}

/* Splits the changed columns of an update: {"column": [old, new]}. */
static void
split_update(dbc_host *host, const dbc_json_item *changed, bool exact, parts *p)
{
	dbc_json_node *before = dbc_json_object(host);
	dbc_json_node *after = dbc_json_object(host);
	dbc_json_node *columns = dbc_json_array(host);
	/* in the same order on both engines */
	const dbc_json_item **keys =
		dbc_json_sort_keys(host, changed + 1, changed->length);

	for (uint32_t i = 0; i < changed->length; i++)
	{
		const dbc_json_item *pair = dbc_json_next(keys[i]);
		const char *name = dbc_json_string(host, keys[i]);

		/* otherwise {"erased": ...} */
		bool is_pair = pair->kind == DBC_I_ARRAY && pair->length == 2;

		dbc_json_push_text(columns, name);
		put_value(host, before, name, is_pair ? pair + 1 : pair, exact);
		put_value(host, after, name, is_pair ? dbc_json_next(pair + 1) : pair,
				  exact);
	}
	p->before = dbc_json(dbc_json_text(before));
	p->after = dbc_json(dbc_json_text(after));
	p->columns = dbc_json(dbc_json_text(columns));
}

/* A row of the log, or null. */
static dbc_value
row_or_null(dbc_host *host, const dbc_value *cell, bool exact)
{
	if (cell->kind == DBC_NULL)
		return dbc_null();
	return exact ? dbc_json(dbc_row_exact(host, cell->text))
				 : dbc_row_shown(host, cell->text);
}

/* Reads the values of an entry. */
static parts
read_parts(dbc_host *host, const dbc_value *cells, bool exact)
{
	parts p = {dbc_null(), dbc_null(), dbc_null()};
	const char *action = cells[L_ACTION].text;
	const dbc_json_item *changed;
	const char *text;
	const char *problem;

	if (!dbc_same(action, "update"))
	{
		*(dbc_same(action, "insert") ? &p.after : &p.before) =
			row_or_null(host, &cells[L_CHANGED], exact);
		return p;
	}
	text = cells[L_CHANGED].text ? dbc_row_exact(host, cells[L_CHANGED].text)
								 : NULL;
	changed = text ? dbc_json_read(host, text, strlen(text), NULL, 0, &problem)
				   : NULL;
	if (!changed || changed->kind != DBC_I_OBJECT)
		dbc_fail(host, DBC_CORRUPTED, NULL, "Restore the table from a backup.",
				 "entry %lld of %saudit_entry has no changed columns",
				 (long long) cells[L_ID].integer, host->table_prefix);
	split_update(host, changed, exact, &p);
	return p;
}

static void
emit_entry(dbc_host *host, const dbc_value *cells, bool exact, const char *leaf)
{
	parts p = read_parts(host, cells, exact);

	dbc_emit(host, cells[L_ID], cells[L_AT], cells[L_ACTOR], cells[L_USER],
			 cells[L_ROLE], cells[L_APPLICATION], cells[L_ADDRESS],
			 cells[L_TABLE],
			 cells[L_KEY].kind == DBC_NULL
				 ? dbc_null()
				 : dbc_json(dbc_row_exact(host, cells[L_KEY].text)),
			 cells[L_ACTION], p.before, p.after, p.columns,
			 cells[L_TRANSACTION], leaf ? dbc_text(leaf) : dbc_null());
}

/* Entries that are listed. */
typedef struct listing
{
	bool exact; /* values as they were saved */
	int64_t count;
} listing;

/* Emits entries with their leaves; for dbc_query_pages(). */
static void
emit_entries(dbc_host *host, void *arg, const dbc_rows *rows)
{
	listing *l = arg;
	dbc_audit_sealed *sealed =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*sealed));

	for (int i = 0; i < rows->nrows; i++)
		sealed[i] =
			(dbc_audit_sealed){.entry = dbc_get_int(host, rows, i, L_ID)};
	dbc_audit_read_leaves(host, sealed, rows->nrows);
	for (int i = 0; i < rows->nrows; i++)
		emit_entry(host, dbc_get_row(host, rows, i, ENTRY), l->exact,
				   sealed[i].leaf);
	l->count += rows->nrows;
}

/* Where a feed continues: after an entry in its order. */
typedef struct feed
{
	int64_t next; /* its next transaction */
	int64_t entry;
	int64_t limit;
	bool exact;
} feed;

/* Emits entries of a feed with numbers above low and up to high. */
static void
emit_feed(dbc_host *host, feed *f, int64_t low, int64_t high, bool is_past)
{
	listing l = {.exact = f->exact};

	dbc_query_pages(host, "audit/feed", emit_entries, &l, dbc_int(f->next),
					dbc_int(f->entry), dbc_int(low), dbc_int(high),
					dbc_int(f->limit), dbc_bool(is_past));
	f->limit -= l.count;
}

/* Emits the entries after one in an order that is not that of the numbers: a
 * transaction can commit after others that began later.  The changes of a row
 * have their order. */
static void
follow(dbc_host *host, int64_t after, int64_t limit, bool exact)
{
	const dbc_value *start = dbc_get_row(
		host, dbc_query(host, "audit/feed_start", dbc_int(after)), 0, "Ii");
	feed f = {start[0].integer, after, limit, exact};
	int64_t earlier = start[1].integer;

	if (after != 0 && start[0].kind == DBC_NULL)
		dbc_fail(host, DBC_UNDEFINED_OBJECT,
				 "It was removed from the log, and entries after it may have "
				 "been.",
				 "{\"after\": 0} begins with the first entry.",
				 "entry %lld does not exist", (long long) after);
	if (after <= earlier)
	{
		emit_feed(host, &f, INT64_MIN, earlier, true);
		f.next = f.entry = 0;
	}
	if (f.limit > 0)
		emit_feed(host, &f, earlier, INT64_MAX, false);
}

/* dbaudit_log(options) */
DBC_RUN(dbaudit_log)
{
	const dbaudit_log_options *given =
		dbc_read_options(host, &args->options, dbaudit_log_options);
	dbc_value since = time_or_null(host, &given->since, "since");
	dbc_value until = time_or_null(host, &given->until, "until");
	dbc_value table = dbc_null();
	dbc_value name = text_or_null(&given->table);
	listing l = {.exact = given->exact.integer};

	if (!dbc_has_tables(host))
		return;
	if (given->after.given)
	{
		if (given->table.given || given->action.given || given->actor.given ||
			given->since.given || given->until.given ||
			given->transaction_id.given)
			dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
					 "Pass after and limit only, and choose among the rows.",
					 "option \"after\" cannot be combined with conditions");
		dbc_check_row_security(host, "audit/hidden", table);
		follow(host, given->after.integer,
			   dbc_option_or(&given->limit, DEFAULT_LIMIT),
			   given->exact.integer);
		return;
	}
	if (given->table.given)
	{
		table = table_of(host, &name);
		dbc_check_row_security(host, "audit/hidden", table);
	}
	dbc_query_pages(
		host, "audit/log", emit_entries, &l, table,
		text_or_null(&given->action), text_or_null(&given->actor), since, until,
		given->transaction_id.given ? dbc_int(given->transaction_id.integer)
									: dbc_null(),
		dbc_int(dbc_option_or(&given->limit, DEFAULT_LIMIT)), name);
}

/* Columns of audit/history.sql after those of audit/log.sql. */
enum
{
	H_SHAPE = L_TRANSACTION + 1,
	H_COLUMNS
};

/* All keys, written with the names that their columns have had. */
static dbc_row_keys
write_keys(dbc_audit_replay *r, const dbc_row_keys *keys)
{
	dbc_row_keys written = {0};

	for (int i = 0; i < keys->count; i++)
	{
		dbc_row_keys names = dbc_audit_key_names(r, keys->list[i]);

		for (int j = 0; j < names.count; j++)
		{
			written.list =
				dbc_grow(r->host, written.list, (size_t) written.count,
						 sizeof(*written.list));
			written.list[written.count++] = names.list[j];
		}
	}
	return written;
}

/* Whether an entry is about a row with one of the keys: another row may have
 * had it when the columns had other names. */
static bool
is_about(dbc_audit_replay *r, const dbc_row_keys *keys, const dbc_value *cells)
{
	const char *key = dbc_row_exact(r->host, cells[L_KEY].text);

	if (r->nnamings < 2)
		return true;
	if (r->last.shape != cells[H_SHAPE].integer)
		r->last = dbc_audit_read_columns(r->host, cells[H_COLUMNS].text);
	r->last.shape = cells[H_SHAPE].integer;
	key = dbc_audit_present_key(r, &r->last, key);
	for (int i = 0; i < keys->count; i++)
		if (dbc_same(keys->list[i], key))
			return true;
	return false;
}

/* A row whose changes are listed. */
typedef struct past_row
{
	dbc_audit_replay replay;
	dbc_row_keys keys;
} past_row;

/* Lists some of the changes of a row; for dbc_query_pages(). */
static void
list_changes(dbc_host *host, void *arg, const dbc_rows *rows)
{
	past_row *past = arg;

	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, ENTRY "ij");
		parts p;

		if (!is_about(&past->replay, &past->keys, cells))
			continue;
		p = read_parts(host, cells, false);
		dbc_emit(host, cells[L_ID], cells[L_AT], cells[L_ACTOR],
				 cells[L_APPLICATION], cells[L_ACTION], p.before, p.after,
				 p.columns, cells[L_TRANSACTION]);
	}
	/* its memory goes with the page */
	past->replay.last = (dbc_audit_columns){0};
}

/* dbaudit_history(relation, row_key) */
DBC_RUN(dbaudit_history)
{
	const dbc_relation *table = dbc_check_user_table(host, &args->relation);
	dbc_row_named row = dbc_row_find(host, table, &args->row_key);
	int64_t id = dbc_audit_find(host, table).id;
	past_row past;
	dbc_row_keys written;

	if (id == 0)
		return;
	dbc_check_row_security(host, "audit/hidden", dbc_int(id));
	dbc_audit_begin_columns(&past.replay, host, table, id);
	past.keys = dbc_audit_spellings(host, table, id, &row);
	written = write_keys(&past.replay, &past.keys);
	dbc_query_pages(host, "audit/history", list_changes, &past, dbc_int(id),
					dbc_row_list_keys(host, &written));
}
