/*
 * erase.c
 *	  dbaudit_erase: removes values of a row from the log.
 *
 * The leaf of a sealed entry has only hashes of its values: the hash replaces
 * the value, and its salt is deleted, so that the leaf stays valid and the
 * value cannot be guessed.  Entries are erased by segment, whose salts are read
 * and written once.
 */
#include "common/audit/follow.h"
#include "common/audit/seal.h"

#include <stdlib.h>
#include <string.h>

#include "common/check/user_table.h"
#include "common/core/act.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/json.h"
#include "common/core/rights.h"
#include "common/core/sort.h"
#include "common/core/tables.h"
#include "common/row/held.h"
#include "common/row/key.h"
#include "common/row/moved.h"

typedef struct erasure
{
	dbc_host *host;
	dbc_audit_replay replay; /* for the columns of entries */
	dbc_json_entries names;
	int64_t *columns;		/* their numbers */
	dbc_json_node *entries; /* their erased members, by number */
	int64_t values;
	int64_t trash; /* deleted rows that are kept */
	int64_t saved; /* rows saved by repairs */
} erasure;

/* An entry about the row, and where it is sealed. */
typedef struct found_entry
{
	dbc_audit_sealed sealed;
	const dbc_audit_followed *entry;
} found_entry;

/* ---- what is erased ---- */

/* The number of a column of the present table or, if it was dropped, of the
 * last one of that name in the log. */
static int64_t
number_of(erasure *e, const char *name)
{
	dbc_host *host = e->host;
	const dbc_audit_columns *present = &e->replay.present;
	const dbc_rows *shapes;

	for (int i = 0; i < present->count; i++)
		if (dbc_same(present->list[i].name, name))
		{
			if (present->list[i].in_key)
				dbc_fail(host, DBC_INVALID_PARAMETER,
						 "Entries name their row by the primary key.", NULL,
						 "column \"%s\" belongs to the primary key of table %s",
						 name, e->replay.table->shown);
			return present->list[i].number;
		}
	shapes = dbc_query(host, "audit/shapes", dbc_int(e->replay.id));
	for (int s = 0; s < shapes->nrows; s++)
	{
		dbc_audit_columns columns =
			dbc_audit_read_columns(host, dbc_get_json(host, shapes, s, 0));

		for (int i = 0; i < columns.count; i++)
			if (!columns.list[i].in_key && dbc_same(columns.list[i].name, name))
				return columns.list[i].number;
	}
	dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL, NULL,
			 "column \"%s\" of table %s is not in the log", name,
			 e->replay.table->shown);
}

static void
read_columns(erasure *e, const dbc_value *columns)
{
	dbc_host *host = e->host;

	e->names = dbc_json_read_entries(host, columns->text, "columns");
	e->columns =
		dbc_alloc(host, (size_t) (e->names.count + 1) * sizeof(*e->columns));
	for (int i = 0; i < e->names.count; i++)
	{
		if (e->names.list[i].key || e->names.list[i].kind != DBC_I_STRING)
			e->names.count = 0;
		else
			e->columns[i] = number_of(e, e->names.list[i].text);
	}
	if (e->names.count == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a JSON array such as [\"name\", \"address\"].",
				 "argument columns is not a list of columns");
}

static bool
is_wanted_number(const erasure *e, const dbc_audit_column *column)
{
	for (int i = 0; column && i < e->names.count; i++)
		if (column->number == e->columns[i])
			return true;
	return false;
}

/* Whether a member of an entry is to be erased. */
static bool
is_wanted(const erasure *e, const dbc_audit_columns *columns,
		  const dbc_audit_member *member)
{
	return is_wanted_number(e, dbc_audit_column_of(e->host, columns, member)) &&
		   !dbc_starts_with(member->value, "{\"erased\": ");
}

/* ---- entries ---- */

/* Appends what replaces a value. */
static void
append_erased(dbc_buffer *text, dbc_audit_salts *salts, int place, int number,
			  const dbc_audit_member *member)
{
	const char *salt = salts ? dbc_audit_salt(salts, place, number) : NULL;

	if (!salt)
	{
		dbc_append(text, "{\"erased\": true}");
		return;
	}
	dbc_append_format(text, "{\"erased\": \"%s\"}",
					  dbc_audit_hash_value(text->host, salt, member));
	dbc_audit_erase_salt(salts, place, number);
}

/* The values of an entry without the erased ones, whose names are added; NULL
 * if it has none of these. */
static const char *
without_values(erasure *e, const dbc_audit_columns *columns,
			   const char *changed, dbc_audit_salts *salts, int place,
			   dbc_json_node *names)
{
	const char *from = changed;
	dbc_audit_member member;
	dbc_buffer text;

	dbc_buffer_init(&text, e->host);
	for (int i = 0; dbc_audit_next_member(&changed, &member); i++)
	{
		if (!is_wanted(e, columns, &member))
			continue;
		dbc_append_bytes(&text, from, (size_t) (member.value - from));
		append_erased(&text, salts, place, i, &member);
		from = member.value + member.value_length;
		dbc_json_push_text(names, dbc_audit_member_name(e->host, &member));
	}
	dbc_append(&text, from);
	e->values += dbc_json_length(names);
	return dbc_json_length(names) > 0 ? text.data : NULL;
}

/* Erases the values of an entry.  The hashes of sealed values are of the bytes
 * that the log has. */
static void
erase_entry(erasure *e, const found_entry *found, dbc_audit_salts *salts)
{
	const dbc_value *cells = found->entry->cells;
	dbc_json_node *names = dbc_json_array(e->host);
	const char *changed =
		without_values(e, dbc_audit_columns_of(&e->replay, cells),
					   found->entry->stored, salts, found->sealed.place, names);

	if (!changed)
		return;
	dbc_query(e->host, "audit/set_changed", cells[DBC_NEWER_ID],
			  dbc_text(changed));
	dbc_json_put(
		e->entries,
		dbc_format(e->host, "%lld", (long long) cells[DBC_NEWER_ID].integer),
		names);
}

/* By segment, in its order. */
static int
compare_found(const void *left, const void *right)
{
	const dbc_audit_sealed *l = &((const found_entry *) left)->sealed;
	const dbc_audit_sealed *r = &((const found_entry *) right)->sealed;

	if (l->seal != r->seal)
		return (l->seal > r->seal) - (l->seal < r->seal);
	return (l->place > r->place) - (l->place < r->place);
}

/* The entries about the row, by segment. */
static found_entry *
find_entries(erasure *e, const dbc_audit_follower *entries)
{
	size_t count = (size_t) entries->count;
	dbc_audit_sealed *sealed =
		dbc_alloc(e->host, (count + 1) * sizeof(*sealed));
	found_entry *found = dbc_alloc(e->host, (count + 1) * sizeof(*found));

	for (size_t i = 0; i < count; i++)
		sealed[i] = (dbc_audit_sealed){
			.entry = entries->list[i].cells[DBC_NEWER_ID].integer};
	dbc_audit_read_leaves(e->host, sealed, entries->count);
	for (size_t i = 0; i < count; i++)
		found[i] = (found_entry){sealed[i], &entries->list[i]};
	dbc_sort(found, count, sizeof(*found), compare_found);
	return found;
}

/* Erases the values of entries of one segment; of none, if seal is 0. */
static void
erase_segment(erasure *e, int64_t seal, const found_entry *found, int count)
{
	dbc_host *host = e->host;
	dbc_audit_salts salts;

	if (seal)
		dbc_audit_read_salts(
			host, &salts,
			dbc_get_text(host,
						 dbc_query(host, "audit/seal_texts", dbc_int(seal)), 0,
						 1));
	for (int i = 0; i < count; i++)
	{
		erase_entry(e, &found[i], seal ? &salts : NULL);
		dbc_poll(host);
	}
	if (!seal || salts.nerased == 0)
		return;
	dbc_audit_drop_salts(&salts);
	dbc_query(host, "audit/set_salts", dbc_int(seal),
			  dbc_text(dbc_audit_write_salts(&salts)));
}

static void
erase_entries(erasure *e, const dbc_audit_follower *entries)
{
	found_entry *found = find_entries(e, entries);
	int to;

	for (int from = 0; from < entries->count; from = to)
	{
		int64_t seal = found[from].sealed.seal;

		for (to = from; to < entries->count && found[to].sealed.seal == seal;)
			to++;
		erase_segment(e, seal, found + from, to - from);
	}
}

/* ---- kept and held rows ---- */

/* Whether a member of a row that was kept at a time is to be erased: it had the
 * names of its columns of that time, and columns that are not logged are known
 * by their present names. */
static bool
is_wanted_kept(const erasure *e, const dbc_audit_columns *then,
			   const dbc_audit_member *member)
{
	const dbc_audit_column *column = dbc_audit_column_of(e->host, then, member);

	if (!column)
		column = dbc_audit_column_of(e->host, &e->replay.present, member);
	return is_wanted_number(e, column);
}

/* The row in JSON with null in place of the values; NULL stays NULL. */
static const char *
without_columns(const erasure *e, const dbc_audit_columns *then,
				const char *data)
{
	const char *from = data;
	dbc_audit_member member;
	dbc_buffer text;

	if (!data)
		return NULL;
	dbc_buffer_init(&text, e->host);
	while (dbc_audit_next_member(&data, &member))
		if (is_wanted_kept(e, then, &member))
		{
			dbc_append_bytes(&text, from, (size_t) (member.value - from));
			dbc_append(&text, "null");
			from = member.value + member.value_length;
		}
	dbc_append(&text, from);
	return text.data;
}

/* The columns that the log knows of a time. */
static dbc_audit_columns
columns_at(const erasure *e, const dbc_value *time)
{
	const dbc_rows *rows =
		dbc_query(e->host, "audit/shape_at", dbc_int(e->replay.id), *time);

	return rows->nrows > 0 ? dbc_audit_read_columns(
								 e->host, dbc_get_json(e->host, rows, 0, 0))
						   : e->replay.present;
}

/* The keys that the row had, as kept and saved rows have them. */
static dbc_row_keys
find_kept_keys(const erasure *e, bool is_exact)
{
	const dbc_audit_replay *r = &e->replay;
	const char **keys =
		dbc_alloc(e->host, ((size_t) r->nrows + 1) * sizeof(*keys));

	for (int i = 0; i < r->nrows; i++)
		keys[i] = r->rows[i]->key;
	return dbc_row_spellings(e->host, r->table, keys, r->nrows, false,
							 is_exact ? NULL
									  : dbc_query(e->host, "audit/kept_keys",
												  dbc_text(r->table->shown),
												  dbc_int(r->id)));
}

/* Erases the values in deleted rows that are kept and in rows that repairs have
 * saved; counts them. */
static void
erase_kept(erasure *e, bool is_exact)
{
	dbc_host *host = e->host;
	dbc_row_keys found = find_kept_keys(e, is_exact);
	dbc_value keys = dbc_row_list_keys(host, &found);
	dbc_value table = dbc_text(e->replay.table->shown);
	const dbc_rows *rows =
		dbc_query(host, "audit/trash_rows", table, keys, dbc_int(e->replay.id));

	e->trash += rows->nrows;
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ittt");
		dbc_audit_columns then = columns_at(e, &cells[2]);

		dbc_query(host, "audit/set_trash", cells[0],
				  dbc_text(without_columns(e, &then, cells[1].text)));
	}
	rows =
		dbc_query(host, "audit/saved_rows", table, keys, dbc_int(e->replay.id));
	e->saved += rows->nrows;
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "itTt");
		dbc_audit_columns then = columns_at(e, &cells[3]);

		dbc_query(host, "audit/set_saved", cells[0],
				  dbc_text(without_columns(e, &then, cells[1].text)),
				  dbc_text(without_columns(e, &then, cells[2].text)));
	}
}

/* A hold keeps the values, too. */
static void
refuse_held(const erasure *e, const char *key)
{
	dbc_host *host = e->host;
	const char *table = e->replay.table->shown;
	const char *reason = dbc_row_hold_reason(host, e->replay.table, key);

	if (reason)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host, "Reason of the hold: %s", reason),
				 "dbarchive_release() ends a hold.",
				 "values of the row of %s with the key %s cannot be erased: "
				 "the row is held",
				 table, key);
}

/* ---- the row ---- */

/* A row without entries may have been there before its table was logged. */
static void
require_present(erasure *e, const dbc_row_named *row)
{
	const char *table = e->replay.table->shown;

	if (dbc_row_read(e->host, dbc_format(e->host, "select 1 from %s where %s",
										 table, row->condition))
			->nrows == 0)
		dbc_fail(e->host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_log() lists the keys of logged rows.",
				 "no row of table %s with the key %s is known", table,
				 row->key);
}

/* Erases the values of a row, under all keys that it had. */
static void
erase_row(erasure *e, const dbc_row_named *row)
{
	dbc_audit_replay *r = &e->replay;
	dbc_row_keys keys = dbc_audit_spellings(e->host, r->table, r->id, row);
	dbc_audit_follower entries =
		dbc_audit_follow(r, dbc_text("0001-01-01T00:00:00.000Z"), &keys);
	const dbc_value table = dbc_text(r->table->shown);

	dbc_row_refuse_moved(e->host, &table);
	dbc_row_refuse_moved_holds(e->host, table.text);
	for (int i = 0; i < r->nrows; i++)
		refuse_held(e, r->rows[i]->key);
	erase_entries(e, &entries);
	erase_kept(e, row->is_exact);
	if (entries.count == 0 && e->trash == 0 && e->saved == 0)
		require_present(e, row);
}

/* [SQLite] Has the call overwrite what it deletes; returns whether what was
 * deleted before may still be in the file. */
static bool
overwrite(dbc_host *host)
{
	static const char setting[] = "audit/overwrites";
	bool was_off = dbc_find_sql(host, setting) &&
				   !dbc_get_bool(host, dbc_query(host, setting), 0, 0);

	if (was_off)
		dbc_query(host, "audit/overwrite");
	return was_off;
}

/* dbaudit_erase(relation, row_key, columns, reason) */
DBC_RUN(dbaudit_erase)
{
	const dbc_relation *table = dbc_check_user_table(host, &args->relation);
	dbc_row_named row = dbc_row_find(host, table, &args->row_key);
	dbc_json_node *act = dbc_json_object(host);
	dbc_json_node *result = dbc_json_object(host);
	erasure e = {.host = host, .entries = dbc_json_object(host)};
	bool leaves_copies;
	int64_t id;

	dbc_need_tables(host);
	dbc_require_tables_owner(host, "erasing values of the log");
	id = dbc_audit_find(host, table).id;
	if (id == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbaudit_enable() begins to log them.",
				 "changes of table %s are not logged", table->shown);
	dbc_exclude(host, DBC_X_HOLDS);
	dbc_exclude(host, DBC_X_SEALS);
	leaves_copies = overwrite(host);
	dbc_audit_begin_replay(&e.replay, host, table, id);
	read_columns(&e, &args->columns);
	erase_row(&e, &row);
	DBC_PUT_VALUE(act, columns, &args->columns);
	DBC_PUT_TEXT(act, reason, args->reason.text);
	DBC_PUT(act, entries, e.entries);
	DBC_PUT_INT(result, id,
				dbc_log_act(host, &(dbc_act){.table_id = id,
											 .action = "erase",
											 .key = row.key,
											 .details = act}));
	DBC_PUT_INT(result, entries, dbc_json_length(e.entries));
	DBC_PUT_INT(result, values, e.values);
	DBC_PUT_INT(result, deleted_rows, e.trash);
	DBC_PUT_INT(result, saved_rows, e.saved);
	if (leaves_copies)
		DBC_PUT_TEXT(result, hint,
					 "Call VACUUM: secure_delete was off, so that free "
					 "pages of the file can have the values.");
	dbc_json_emit(host, result);
}
