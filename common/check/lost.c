/*
 * lost.c
 *	  Rows that are lost in damaged pages, and what follows from that.
 *
 * Rows whose parents are lost look like orphans.  To delete them would turn a
 * damage that a backup can repair into one that it cannot.
 */
#include "common/check/repair.h"

#include <string.h>

#define LOST	 "lost rows of "
#define BAD_TEXT "invalid text of "

bool
dbc_check_is_host_probe(const char *probe)
{
	return dbc_starts_with(probe, LOST) || dbc_starts_with(probe, BAD_TEXT);
}

const char *
dbc_check_run_host_probe(dbc_host *host, const char *probe)
{
	const struct dbc_check_host *room = DBC_ROOM(host, check);
	bool of_text = dbc_starts_with(probe, BAD_TEXT);
	const char *(*find)(dbc_host *, const char *) =
		of_text ? room->find_bad_text : room->find_lost;

	return find ? find(host, probe + strlen(of_text ? BAD_TEXT : LOST)) : NULL;
}

/* A table to examine in a guard. */
typedef struct lost_call
{
	const char *table;
	const char *lost;
} lost_call;

static void
find_lost(dbc_host *host, void *arg)
{
	lost_call *call = arg;

	call->lost = dbc_check_run_host_probe(
		host, dbc_format(host, LOST "%s", call->table));
}

const char *
dbc_check_describe_lost(dbc_host *host, const char *table)
{
	lost_call call = {.table = table};
	dbc_error error;

	if (dbc_guard(host, find_lost, &call, DBC_UNDO, true, &error))
		return call.lost;
	return dbc_check_is_damage(&error) ? error.message : NULL;
}

/* Why the orphans of a key are not repaired, or NULL. */
static const char *
reason_of(dbc_check_repair *r, const dbc_check_foreign_key *key)
{
	const char *lost;

	if (!key->chosen || key->reason)
		return NULL;
	lost = dbc_check_describe_lost(r->host, key->parent_root);
	return lost ? dbc_format(r->host, "rows of %s are lost: %s",
							 key->parent_root, lost)
				: NULL;
}

void
dbc_check_refuse_lost(dbc_check_repair *r)
{
	for (int i = 0; i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];
		const char *reason = reason_of(r, key);

		if (!reason)
			continue;
		key->reason = reason;
		if (!r->dry_run)
			dbc_fail(r->host, DBC_NOT_READY,
					 dbc_format(r->host, "Rows of %s refer to them.",
								key->table.shown),
					 "Restore the lost rows first, from a backup; to repair "
					 "the rows all the same, add {\"despite_damage\": true} to "
					 "the options.",
					 "%s", reason);
	}
}
