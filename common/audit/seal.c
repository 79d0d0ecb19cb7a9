/*
 * seal.c
 *	  dbaudit_seal: seals the entries of transactions that have ended, and
 *	  removes segments that are older than they have to be kept.
 *
 * Entries are sealed in the order of their transactions.  On PostgreSQL the
 * numbers of transactions begin anew when a dump is restored in another
 * cluster: what is not sealed by then is sealed in a separate segment, and
 * from then on only entries with higher numbers are taken.
 *
 * On SQLite a seal keeps others from writing, so it commits after each segment:
 * the chain is whole then.
 */
#include "common/audit/audit.h"
#include "common/audit/ddl.h"
#include "common/audit/seal.h"

#include <string.h>

#include "common/core/act.h"
#include "common/core/asserts.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/ledger/host.h"

/* Columns of audit/place.sql. */
enum
{
	P_CLUSTER,
	P_FIRST_TRANSACTION,
	P_LAST_ENTRY,
	P_IS_FOREIGN,
	P_SECRET
};

/* Segments that are removed together, with a record of that. */
#define REMOVED_TOGETHER 10

typedef struct sealing
{
	bool ends_cluster; /* seals what is left of another cluster */
	int64_t earlier;   /* its last entry */
	bool done;
	int64_t entries;
	int64_t seals;
	int64_t removed;
} sealing;

/* The columns of the last seal; those of none, if there is none. */
static const dbc_value *
last_seal(dbc_host *host)
{
	static const dbc_value none[] = {{.kind = DBC_INT},
									 {.kind = DBC_TEXT, .text = ""},
									 {.kind = DBC_TEXT, .text = ""},
									 {.kind = DBC_INT},
									 {.kind = DBC_INT},
									 {.kind = DBC_INT},
									 {.kind = DBC_INT},
									 {.kind = DBC_INT},
									 {.kind = DBC_TEXT, .text = ""},
									 {.kind = DBC_INT},
									 {.kind = DBC_TEXT, .text = "{}"},
									 {.kind = DBC_TEXT, .text = ""},
									 {.kind = DBC_TEXT, .text = ""},
									 {.kind = DBC_TEXT, .text = ""}};
	const dbc_rows *rows = dbc_query(host, "audit/seals", dbc_null());

	return rows->nrows > 0 ? dbc_get_row(host, rows, 0, DBC_SEAL_SHAPE) : none;
}

/* Hashes entries: returns their leaves, and sets the columns of the seal that
 * depend on them. */
static const char *
hash_entries(dbc_host *host, const dbc_rows *rows, const char *secret,
			 dbc_value *seal)
{
	dbc_audit_salts salts;
	dbc_buffer leaves;
	const char *last_at = "";

	dbc_buffer_init(&leaves, host);
	dbc_audit_read_salts(host, &salts, secret);
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "iiItITTTTTTTTTTT");
		int64_t entry = cells[DBC_ENTRY_ID].integer;

		dbc_append_format(&leaves, "%s\"%lld\":\"%s\"", i > 0 ? "," : "{",
						  (long long) entry,
						  dbc_audit_leaf(host, cells, &salts, i));
		if (i == 0 || entry < seal[DBC_SEAL_FIRST].integer)
			seal[DBC_SEAL_FIRST] = cells[DBC_ENTRY_ID];
		if (i == 0 || entry > seal[DBC_SEAL_LAST].integer)
			seal[DBC_SEAL_LAST] = cells[DBC_ENTRY_ID];
		if (strcmp(cells[DBC_ENTRY_AT].text, last_at) > 0)
			last_at = cells[DBC_ENTRY_AT].text;
		dbc_poll(host);
	}
	seal[DBC_SEAL_COUNT] = dbc_int(rows->nrows);
	if (rows->nrows > 0) /* without microseconds */
		seal[DBC_SEAL_LAST_AT] = dbc_text(dbc_format(host, "%.23sZ", last_at));
	dbc_append(&leaves, rows->nrows > 0 ? "}" : "{}");
	return leaves.data;
}

/* The rows of audited_table, as JSON. */
static const char *
table_states(dbc_host *host)
{
	dbc_json_node *states = dbc_json_object(host);
	const dbc_rows *rows = dbc_query(host, "audit/table_states", dbc_null());

	for (int i = 0; i < rows->nrows; i++)
		dbc_json_put_text(
			states,
			dbc_format(host, "%lld", (long long) dbc_get_int(host, rows, i, 0)),
			dbc_get_text(host, rows, i, 1));
	return dbc_json_text(states);
}

/* Stores a seal of these entries after the last one. */
static void
add_seal(dbc_host *host, const sealing *s, const dbc_value *last,
		 const dbc_value *place, const dbc_rows *rows)
{
	const char *salts = dbc_format(host, "1:%s", place[P_SECRET].text);
	const dbc_value *end =
		rows->nrows > 0 ? dbc_get_row(host, rows, rows->nrows - 1, "ii") : NULL;
	dbc_value seal[DBC_SEAL_ROOT + 3];
	const char *leaves;

	seal[DBC_SEAL_ID] = dbc_int(last[DBC_SEAL_ID].integer + 1);
	seal[DBC_SEAL_AT] = dbc_text(dbc_now(host));
	seal[DBC_SEAL_CLUSTER] = place[P_CLUSTER];
	seal[DBC_SEAL_EARLIER] =
		s->ends_cluster ? dbc_int(s->earlier) : last[DBC_SEAL_EARLIER];
	seal[DBC_SEAL_TO_TRANSACTION] = s->ends_cluster
										? place[P_FIRST_TRANSACTION]
										: end[DBC_ENTRY_TRANSACTION];
	seal[DBC_SEAL_TO_ENTRY] = s->ends_cluster ? dbc_int(0) : end[DBC_ENTRY_ID];
	seal[DBC_SEAL_FIRST] = seal[DBC_SEAL_LAST] = dbc_int(0);
	seal[DBC_SEAL_LAST_AT] = seal[DBC_SEAL_AT];
	leaves = hash_entries(host, rows, salts, seal);
	DBC_ASSERT(host,
			   seal[DBC_SEAL_FIRST].integer <= seal[DBC_SEAL_LAST].integer);
	seal[DBC_SEAL_TABLES] = dbc_text(table_states(host));
	seal[DBC_SEAL_DIGEST] = dbc_text(dbc_sha256(host, leaves));
	seal[DBC_SEAL_PREVIOUS] = last[DBC_SEAL_ROOT];
	seal[DBC_SEAL_ROOT] = dbc_text(dbc_audit_root(host, seal));
	seal[DBC_SEAL_ROOT + 1] = dbc_text(leaves);
	seal[DBC_SEAL_ROOT + 2] = dbc_text(salts);
	dbc_query_array(host, "audit/add_seal", seal, DBC_SEAL_ROOT + 3);
}

/* Seals the next segment, if there are entries. */
static void
seal_next(dbc_host *host, void *arg)
{
	sealing *s = arg;
	const dbc_value *last = last_seal(host);
	const dbc_value *place =
		dbc_get_row(host, dbc_query(host, "audit/place"), 0, "tiibt");
	const dbc_rows *rows;

	if (s->ends_cluster)
		rows = dbc_query(host, "audit/left_entries", dbc_int(s->earlier),
						 dbc_int(DBC_SEAL_ENTRIES));
	else
		rows = dbc_query(host, "audit/unsealed", last[DBC_SEAL_TO_TRANSACTION],
						 last[DBC_SEAL_TO_ENTRY], last[DBC_SEAL_EARLIER],
						 dbc_int(DBC_SEAL_ENTRIES));
	s->done = rows->nrows < DBC_SEAL_ENTRIES;
	/* the end of a cluster is recorded even if nothing is left of it */
	if (rows->nrows == 0 && !(s->ends_cluster && s->seals == 0))
		return;
	add_seal(host, s, last, place, rows);
	s->entries += rows->nrows;
	s->seals++;
}

/* Lets others write for as long as the call has kept them from it since a time.
 */
static void
let_others_write(dbc_host *host, int64_t since)
{
	if (!host->captured)
		dbc_divide(host, 1 + (dbc_microseconds() - since) / 1000);
}

static void
seal_all(dbc_host *host, sealing *s)
{
	for (s->done = false; !s->done;)
	{
		int64_t since = dbc_microseconds();

		dbc_scoped(host, seal_next, s);
		if (!s->done)
			let_others_write(host, since);
	}
}

/* Seals what is left of another cluster, once no transaction can add to it. */
static void
end_cluster(dbc_host *host, sealing *s)
{
	const dbc_value *last = last_seal(host);
	const dbc_value *place =
		dbc_get_row(host, dbc_query(host, "audit/place"), 0, "tiibt");

	if (last[DBC_SEAL_ID].integer > 0
			? dbc_same(last[DBC_SEAL_CLUSTER].text, place[P_CLUSTER].text)
			: !place[P_IS_FOREIGN].integer)
		return;
	dbc_query(host, "audit/lock_entries");
	place = dbc_get_row(host, dbc_query(host, "audit/place"), 0, "tiibt");
	s->ends_cluster = true;
	s->earlier = place[P_LAST_ENTRY].integer;
	seal_all(host, s);
	s->ends_cluster = false;
}

/* Logs that the entries of the segments up to one were removed. */
static void
log_removal(dbc_host *host, int64_t entries, int64_t seal, int64_t days)
{
	dbc_relation log = {
		.schema = "dbcare",
		.name = "audit_entry",
		.shown = dbc_format(host, "%saudit_entry", host->table_prefix)};
	dbc_json_node *details = dbc_json_object(host);
	dbc_json_node *removed = dbc_json_object(host);
	const dbc_rows *rows = dbc_query(host, "audit/seals", dbc_int(seal));

	DBC_PUT_INT(removed, entries, entries);
	DBC_PUT_INT(removed, seal, seal);
	DBC_PUT_TEXT(removed, root, dbc_get_text(host, rows, 0, DBC_SEAL_ROOT));
	DBC_PUT(details, removed, removed);
	DBC_PUT_INT(details, audit_keep_days, days);
	dbc_log_protection(host, &log, NULL, details);
}

/* Removes the entries of segments that are older than the setting says. */
static void
remove_old(dbc_host *host, sealing *s)
{
	const dbc_setting_values *settings = dbc_read_settings(host);
	const dbc_rows *rows;
	int64_t days;

	if (!dbc_setting_text(host, settings, DBC_SETTING_audit_keep_days))
		return;
	days = dbc_setting_int(host, settings, DBC_SETTING_audit_keep_days);
	rows = dbc_query(
		host, "audit/old_seals",
		dbc_text(dbc_time_text(host, dbc_now_ms() - INT64_C(86400000) * days)));
	for (int i = 0; i < rows->nrows; i += REMOVED_TOGETHER)
	{
		int64_t since = dbc_microseconds();
		int end = rows->nrows - i < REMOVED_TOGETHER ? rows->nrows
													 : i + REMOVED_TOGETHER;
		int64_t entries = 0;

		for (int j = i; j < end; j++)
		{
			dbc_value seal = dbc_int(dbc_get_int(host, rows, j, 0));

			entries += dbc_query(host, "audit/remove_entries", seal)->affected;
			dbc_query(host, "audit/remove_leaves", seal);
			dbc_poll(host);
		}
		log_removal(host, entries, dbc_get_int(host, rows, end - 1, 0), days);
		s->removed += entries;
		if (end < rows->nrows)
			let_others_write(host, since);
	}
}

/* dbaudit_seal() */
DBC_RUN(dbaudit_seal)
{
	dbc_json_node *result = dbc_json_object(host);
	sealing s = {.entries = 0};
	const dbc_value *last;

	(void) args;
	dbc_need_tables(host);
	dbc_exclude(host, DBC_X_SEALS);
	dbc_audit_log_roles(host);
	end_cluster(host, &s);
	seal_all(host, &s);
	remove_old(host, &s);
	last = last_seal(host);
	if (s.seals > 0)
		DBC_CALL(host, ledger, announce)
	(host, "audit log", "seal", last[DBC_SEAL_ID].integer,
	 last[DBC_SEAL_ROOT].text);
	DBC_PUT_INT(result, seals, s.seals);
	DBC_PUT_INT(result, entries, s.entries);
	DBC_PUT_INT(result, removed, s.removed);
	DBC_PUT_INT(result, seal_id, last[DBC_SEAL_ID].integer);
	DBC_PUT_TEXT(result, root, last[DBC_SEAL_ROOT].text);
	dbc_json_emit(host, result);
}
