/*
 * undo_trash.c
 *	  Deleted rows that an undo has brought back leave the list of deleted rows.
 */
#include "common/audit/undo.h"

#include <string.h>

#include "common/audit/seal.h"
#include "common/row/exact.h"

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

/* Removes the undone deletion of a row from the list: the last one of a row
 * with these values. */
static void
forget_row(dbc_undo *u, const dbc_undo_table *t, const dbc_audit_row *row)
{
	dbc_host *host = u->host;
	const dbc_rows *rows =
		dbc_query(host, "audit/trash_rows", dbc_text(t->replay.table->shown),
				  dbc_text(row->key), dbc_int(t->replay.id));
	int64_t last = 0;

	for (int i = 0; i < rows->nrows; i++)
		if (dbc_get_int(host, rows, i, 0) > last &&
			is_same(host, row,
					dbc_row_exact(host, dbc_get_text(host, rows, i, 1))))
			last = dbc_get_int(host, rows, i, 0);
	if (last)
		dbc_query(host, "audit/forget_trash", dbc_int(last));
}

void
dbc_undo_forget_deleted(dbc_undo *u)
{
	for (int i = 0; i < u->ntables; i++)
	{
		const dbc_undo_table *t = &u->tables[i];

		for (int j = 0; j < t->replay.nrows; j++)
			if (t->replay.rows[j]->exists && !t->existed[j])
				forget_row(u, t, t->replay.rows[j]);
	}
}
