/*
 * conflict.c
 *	  Why a batch cannot be restored: each of its rows is tried by itself, and
 *	  taken back.
 */
#include "common/archive/archive.h"

#include "common/core/text.h"
#include "common/row/host.h"
#include "common/row/held.h"

/* Conflicts that are listed. */
#define MOST_LISTED 20

/* A row to try. */
typedef struct trial
{
	int64_t batch;
	int64_t set;
	int64_t row; /* in the trash */
	dbc_archive_kept kept;
} trial;

/* Columns of archive/batch_rows.sql. */
enum
{
	R_ID,
	R_TABLE,
	R_KEY,
	R_NUMBER,
	R_SHAPE
};

/* Restores the row; for dbc_guard(). */
static void
try_row(dbc_host *host, void *arg)
{
	const trial *t = arg;
	dbc_row_step step = {.set_id = t->set, .number = 1};

	dbc_archive_stage(host, t->batch, &t->kept, t->row, &step);
	dbc_row_act(host, DBC_ACT_RESTORE, &step);
}

/* What is in the way, in words that are the same on both engines where the
 * reason is. */
static const char *
explain(dbc_host *host, const dbc_error *error)
{
	if (dbc_same(error->sqlstate, "23505"))
		return dbc_format(host, "a row with the same unique key exists (%s)",
						  error->message);
	if (dbc_same(error->sqlstate, DBC_FOREIGN_KEY))
		return dbc_format(host, "its parent row is missing (%s)",
						  error->message);
	return error->message;
}

/* Appends a conflict as a sentence. */
static void
append_conflict(dbc_buffer *list, const char *table, const char *key,
				const char *reason)
{
	dbc_append_format(list, "%sRow %s of table %s: %s.",
					  list->length > 0 ? " " : "", key, table, reason);
}

const char *
dbc_archive_list_conflicts(dbc_host *host, int64_t batch, int64_t set)
{
	const dbc_rows *rows =
		dbc_query(host, "archive/batch_rows", dbc_int(batch));
	dbc_error error;
	dbc_buffer list;
	int listed = 0;

	dbc_buffer_init(&list, host);
	for (int i = 0; i < rows->nrows && listed < MOST_LISTED; i++)
	{
		trial t = {.batch = batch,
				   .set = set,
				   .row = dbc_get_int(host, rows, i, R_ID),
				   .kept = {.table = dbc_get_text(host, rows, i, R_TABLE),
							.number = dbc_get_int(host, rows, i, R_NUMBER),
							.shape = dbc_get_int(host, rows, i, R_SHAPE)}};

		if (dbc_guard(host, try_row, &t, DBC_UNDO, false, &error))
			continue;
		append_conflict(&list, t.kept.table, dbc_get_text(host, rows, i, R_KEY),
						explain(host, &error));
		listed++;
		dbc_poll(host);
	}
	return listed > 0 ? list.data : NULL;
}
