/*
 * undo_listed.c
 *	  The conflicts of an undo, of which some are listed.
 *
 * Rows are read in slices, whose memory is freed: a conflict has the numbers of
 * entries, whose keys are read again where it is listed.
 */
#include "common/audit/undo.h"
#include "common/core/names.h"

void
dbc_audit_undo_add_conflict(dbc_undo_slice *s, const dbc_audit_row *row,
							int64_t entry)
{
	dbc_undo *u = s->undo;

	if (u->nconflicts < DBC_UNDO_LISTED)
		u->conflicts[u->nconflicts] = (dbc_undo_conflict){
			.table = s->table,
			.entry = entry,
			.key = s->lasts ? row->key : NULL,
			/* which is chosen; the key of the row did not change */
			.about = row->first};
	u->nconflicts++;
}

static int
count_listed(const dbc_undo *u)
{
	return u->nconflicts < DBC_UNDO_LISTED ? (int) u->nconflicts
										   : DBC_UNDO_LISTED;
}

/* The key of the row of a conflict. */
static const char *
key_of(dbc_undo *u, const dbc_undo_conflict *c)
{
	dbc_audit_replay *r = &c->table->base;
	const dbc_rows *entry;

	if (c->key)
		return c->key;
	entry = dbc_query(u->host, "audit/undo_keys",
					  DBC_UNDO_CHOSEN(u, dbc_int(c->about), dbc_int(c->about)),
					  dbc_int(r->id), dbc_int(c->about), dbc_null());
	return dbc_audit_entry_key(
		r, dbc_audit_get_newer(u->host, entry, 0, DBC_NEWER_SHAPES));
}

void
dbc_audit_undo_refuse_conflicts(dbc_undo *u)
{
	dbc_buffer list;

	if (u->nconflicts == 0 || u->keeps || u->overwrites)
		return;
	dbc_buffer_init(&list, u->host);
	for (int i = 0; i < count_listed(u); i++)
	{
		const dbc_undo_conflict *c = &u->conflicts[i];

		dbc_append_format(&list, "%sEntry %lld has changed row %s of table %s.",
						  i > 0 ? " " : "", (long long) c->entry, key_of(u, c),
						  c->table->base.table->shown);
	}
	dbc_fail(u->host, DBC_NOT_READY, list.data,
			 "Undo these changes, too, which {\"on_conflict\": "
			 "\"overwrite\"} does, or undo the others with "
			 "{\"on_conflict\": \"keep\"}.",
			 "the changes cannot be undone");
}

dbc_json_node *
dbc_audit_undo_list_conflicts(dbc_undo *u)
{
	dbc_json_node *list = dbc_json_array(u->host);

	for (int i = 0; i < count_listed(u); i++)
	{
		const dbc_undo_conflict *c = &u->conflicts[i];
		dbc_json_node *node = dbc_json_object(u->host);
		dbc_value key = dbc_json(key_of(u, c));

		DBC_PUT_TEXT(node, table_name, c->table->base.table->shown);
		DBC_PUT_VALUE(node, row_key, &key);
		if (c->entry)
			DBC_PUT_INT(node, entry, c->entry);
		else
			DBC_PUT_TEXT(node, entry, NULL);
		dbc_json_push(list, node);
	}
	return list;
}
