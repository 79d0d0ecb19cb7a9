/*
 * undo_trash.c
 *	  Deleted rows that an undo has brought back leave the list of deleted rows:
 *	  of each row the last deletion with its values.
 */
#include "common/audit/undo.h"

#include <string.h>

#include "common/audit/seal.h"
#include "common/row/exact.h"
#include "common/row/spelling.h"

/* Whether a deleted row has the values of a row of the log: one with another
 * value was deleted another time. */
static bool
is_same(dbc_host *host, const dbc_audit_row *row, const char *deleted)
{
	dbc_audit_member member;
	int found = 0;

	while (dbc_audit_next_member(&deleted, &member))
	{
		const char *name = dbc_audit_member_name(host, &member);

		for (int i = 0; name && i < row->count; i++)
			if (row->cells[i].from && dbc_same(row->cells[i].from->name, name))
			{
				if (strlen(row->cells[i].value) != member.value_length ||
					memcmp(row->cells[i].value, member.value,
						   member.value_length) != 0)
					return false;
				found++;
			}
	}
	return found == row->count;
}

/* Adds the number of the last deletion of each row that the undo brings back to
 * rows that are stored; rows has those with the keys of these rows. */
static void
list_undone(dbc_undo_slice *s, const dbc_rows *rows, dbc_json_node *undone)
{
	dbc_host *host = s->undo->host;
	dbc_audit_replay *r = &s->replay;
	int64_t *last = dbc_alloc(host, ((size_t) r->nrows + 1) * sizeof(*last));

	memset(last, 0, ((size_t) r->nrows + 1) * sizeof(*last));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ittt");
		int number = dbc_audit_find_row(r, cells[3].text);

		if (number >= 0 && cells[0].integer > last[number] &&
			is_same(host, r->rows[number], dbc_row_exact(host, cells[1].text)))
			last[number] = cells[0].integer;
		if (i % DBC_AUDIT_BATCH == 0)
			dbc_poll(host);
	}
	for (int i = 0; i < r->nrows; i++)
		if (last[i])
		{
			dbc_value step = dbc_int(s->table->returned);
			dbc_json_node *row = dbc_json_array(host);

			dbc_json_push_value(row, &step);
			dbc_json_push_text(row, r->table->shown);
			dbc_json_push_text(row, r->rows[i]->key);
			dbc_json_push_text(row,
							   dbc_format(host, "%lld", (long long) last[i]));
			dbc_json_push_text(row, "");
			dbc_json_push(undone, row);
		}
}

/* Stores which deleted rows the rows of a slice are; for dbc_scoped(). */
static void
find_deleted(dbc_host *host, void *arg)
{
	dbc_undo_slice *s = arg;
	dbc_audit_replay *r = &s->replay;
	dbc_json_node *keys = dbc_json_array(host);
	dbc_json_node *undone = dbc_json_array(host);

	for (int i = 0; i < r->nrows; i++)
		if (r->rows[i]->was_deleted && !s->existed[i])
			dbc_json_push_text(keys, r->rows[i]->key);
	if (dbc_json_length(keys) == 0)
		return;
	if (s->table->returned == 0)
		s->table->returned = ++s->undo->step;
	list_undone(s,
				dbc_query(host, "audit/trash_rows", dbc_text(r->table->shown),
						  dbc_text(dbc_json_text(keys)), dbc_int(r->id)),
				undone);
	if (dbc_json_length(undone) > 0)
		dbc_query(host, "audit/stage_rows", dbc_int(DBC_UNDO_RESTORED),
				  dbc_text(dbc_json_text(undone)), dbc_int(r->id));
}

void
dbc_audit_undo_find_deleted(dbc_undo_slice *s)
{
	/* their values are not needed afterwards */
	dbc_scoped(s->undo->host, find_deleted, s);
}

void
dbc_audit_undo_forget_deleted(dbc_undo *u)
{
	for (int i = 0; i < u->ntables; i++)
		if (u->tables[i].returned)
			dbc_query(u->host, "audit/forget_trash", dbc_int(DBC_UNDO_RESTORED),
					  dbc_int(u->tables[i].returned));
}
