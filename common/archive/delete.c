/*
 * delete.c
 *	  dbarchive_delete: deleting a row, for a reason, so that it can be
 * restored.
 */
#include "common/archive/flag.h"

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/held.h"

typedef struct deletion
{
	const dbc_relation *table;
	const char *mode;
	dbc_row_named row;
	const char *reason;
	int64_t batch;
	int64_t rows;
} deletion;

/* Deletes the row; triggers keep it.  Held rows: in the trash, too. */
static void
delete_row(dbc_host *host, deletion *d)
{
	dbc_script script = {.label = "the statement",
						 .first_line = 1,
						 .is_own = true,
						 .as_owner = true,
						 .has_places = true};
	const dbc_rows *kept;

	dbc_split(host,
			  dbc_format(host, "delete from %s where %s", d->table->shown,
						 d->row.condition),
			  &script);
	dbc_archive_know_columns(host);
	if (dbc_run_script(host, &script, NULL)->affected == 0)
		dbc_archive_fail_kept(host, d->table, &d->row, NULL);
	kept = dbc_query(host, "archive/reason", dbc_text(d->table->shown),
					 dbc_row_identifies(host, d->table, &d->row),
					 dbc_text(d->reason));
	if (kept->nrows == 0)
		dbc_fail(host, DBC_NOT_READY,
				 "The triggers that keep deleted rows did not run.",
				 "Call dbarchive_enable(), which makes them anew.",
				 "row %s of table %s would not be kept", d->row.key,
				 d->table->shown);
	d->batch = dbc_get_int(host, kept, 0, 0);
	kept = dbc_query(host, "archive/batch_tables", dbc_int(d->batch));
	for (int i = 0; i < kept->nrows; i++)
		d->rows += dbc_get_int(host, kept, i, 1);
}

/* The rows that refer to a row and are not deleted with it, as a sentence, or
 * NULL: SQLite does not name what violates a foreign key. */
static const char *
find_children(dbc_host *host, const deletion *d)
{
	const dbc_rows *links = dbc_query(
		host, "archive/children", dbc_text(d->table->schema),
		dbc_text(d->table->name), dbc_text(dbc_quote(host, d->table->name)),
		dbc_text("dbcare_child"));
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	for (int i = 0; i < links->nrows; i++)
	{
		const dbc_value *link = dbc_get_row(host, links, i, "ttttbb");
		int64_t count;

		if (link[4].integer)
			continue;
		count = dbc_get_int(
			host,
			dbc_row_read(
				host,
				dbc_format(host,
						   "select count(*) from %s as dbcare_child where "
						   "exists (select 1 from %s where (%s) and %s)",
						   link[2].text, d->table->shown, d->row.condition,
						   link[3].text)),
			0, 0);
		if (count > 0)
			dbc_append_format(&text, "%s%lld row%s of %s",
							  text.length ? ", " : "Referred to by ",
							  (long long) count, count == 1 ? "" : "s",
							  link[2].text);
	}
	return text.length ? dbc_format(host, "%s.", text.data) : NULL;
}

static void delete (dbc_host *host, void *arg)
{
	deletion *d = arg;

	if (dbc_same(d->mode, "flag"))
		d->batch =
			dbc_archive_flag(host, d->table, &d->row, d->reason, &d->rows);
	else
		delete_row(host, d);
}

/* dbarchive_delete(relation, row_key, options) */
DBC_RUN(dbarchive_delete)
{
	const dbarchive_delete_options *given =
		dbc_read_options(host, &args->options, dbarchive_delete_options);
	deletion d = {.table = dbc_check_user_table(host, &args->relation),
				  .reason = given->reason.text};
	bool dry_run = given->dry_run.integer;
	dbc_json_node *result = dbc_json_object(host);
	dbc_error error;

	d.mode = dbc_archive_mode(host, d.table);
	if (!d.mode)
		dbc_fail(host, DBC_NOT_READY, NULL,
				 "Call dbarchive_enable() for the table first.",
				 "deleted rows of table %s are not kept", d.table->shown);
	d.row = dbc_row_find(host, d.table, &args->row_key);
	dbc_lock(host, dbc_lock_timeout(host));
	if (!dbc_guard(host, delete, &d, dry_run ? DBC_UNDO : DBC_KEEP, false,
				   &error))
	{
		if (dbc_same(error.sqlstate, DBC_FOREIGN_KEY) && !error.detail)
			error.detail = find_children(host, &d);
		dbc_rethrow(host, &error);
	}
	DBC_PUT_TEXT(result, table_name, d.table->shown);
	DBC_PUT_TEXT(result, mode, d.mode);
	if (dry_run)
		DBC_PUT_TEXT(result, batch, NULL);
	else
		DBC_PUT_INT(result, batch, d.batch);
	DBC_PUT_INT(result, rows, d.rows);
	DBC_PUT_BOOL(result, dry_run, dry_run);
	dbc_json_emit(host, result);
}
