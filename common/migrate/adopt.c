/*
 * adopt.c
 *	  dbmigrate_adopt: taking over the ledger of another migration tool.
 *
 * What that ledger lists as applied is added to dbcare's ledger as a baseline,
 * which only an explicit request rolls back.  Versions are compared as the
 * format readers write them, so that files loaded earlier match.  A version
 * that is not registered is adopted as missing; its text is added when it is
 * registered.  A ledger with a failed migration is refused, since the state of
 * the schema is unknown.
 */
#include "common/adopt/adopt.h"

#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/tables.h"
#include "common/migrate/host.h"
#include "common/migrate/run.h"

typedef struct adoption
{
	dbc_migrate_runner run;
	dbc_adopt_ledger ledger;
	dbc_adopt_ledger_rows rows;
	bool keep_old;
	dbc_json_node *versions; /* lists of the result, or NULL */
	dbc_json_node *unregistered;
	dbc_json_node *differences;
	dbc_json_node *written; /* versions added to the other ledger */
	int64_t matched;
} adoption;

/* Fails for a ledger with a failed migration. */
static void
refuse_failed(const adoption *a)
{
	for (int i = 0; i < a->rows.count; i++)
		if (a->rows.items[i].state == DBC_OLD_FAILED)
			dbc_fail(
				a->run.host, DBC_NOT_READY,
				"The state of the schema after the failure is not known.",
				"Repair the migration with that tool, then adopt the ledger.",
				"migration \"%s\" is marked as failed by %s",
				a->rows.items[i].version, a->ledger.tool->name);
}

/* Warns if the text the tool has run differs, by checksum, from the registered
 * one. */
static void
compare(adoption *a, const dbc_adopt_ledger_row *row)
{
	const dbc_migration *m = row->migration;
	dbc_host *host = a->run.host;
	const char *actual;
	dbc_json_node *difference;

	if (!row->checksum || !m->registered)
		return;
	actual = dbc_adopt_make_checksum(
		host, row->checksum, dbc_adopt_registered_text(host, m->version));
	if (!actual || dbc_same(actual, row->checksum))
		return;
	difference = dbc_json_object(host);
	DBC_PUT_TEXT(difference, version, m->version);
	DBC_PUT_TEXT(difference, applied, row->checksum);
	DBC_PUT_TEXT(difference, registered, actual);
	dbc_json_push(a->differences, difference);
}

/* Adopts a row whose migration is registered or applied. */
static void
adopt_known(adoption *a, const dbc_adopt_ledger_row *row, dbc_migration *m)
{
	dbc_migrate_runner *r = &a->run;

	if (m->registered)
		a->matched++;
	else
		dbc_json_push_text(a->unregistered, m->version);
	if (row->migration == m)
		compare(a, row);
	if (m->applied)
	{
		if (!r->dry_run && m->registered)
			dbc_adopt_take_text(r->host, m->version);
		return;
	}
	if (!r->dry_run)
		dbc_adopt_record(r->host, &r->log, &a->ledger, row, m);
	m->applied = true;
	m->state = DBC_APPLIED;
	dbc_json_push_text(r->finished, m->version);
}

/* Adopts a row. */
static void
adopt_row(adoption *a, const dbc_adopt_ledger_row *row)
{
	dbc_migrate_runner *r = &a->run;

	for (int i = 0; i < r->list.count; i++)
		if (a->rows.of[i] == row)
			adopt_known(a, row, &r->list.items[i]);
	if (row->migration || row->state == DBC_OLD_BASELINE)
		return;
	if (!r->dry_run)
		dbc_adopt_record(r->host, &r->log, &a->ledger, row, NULL);
	dbc_json_push_text(a->unregistered, row->version);
	dbc_json_push_text(r->finished, row->version);
}

/* Adds to the other ledger what dbcare has applied and that ledger lacks.
 * Unregistered migrations are skipped: they may come from a third tool. */
static void
write_back(adoption *a)
{
	dbc_migrate_runner *r = &a->run;

	r->list.mirrored = &a->ledger;
	for (int i = 0; i < r->list.count; i++)
	{
		const dbc_migration *m = &r->list.items[i];

		if (!m->applied || !m->registered || a->rows.of[i])
			continue;
		dbc_adopt_check_mirror(r->host, &r->list, m, true);
		if (!r->dry_run)
			dbc_adopt_write_mirror(r->host, &r->list, m, true, r->log.actor,
								   NULL);
		dbc_json_push_text(a->written, m->version);
	}
}

/* Logs the adoption. */
static void
record_adoption(adoption *a, const char *options)
{
	dbc_migrate_runner *r = &a->run;
	dbc_value table = dbc_text(a->ledger.table);

	dbc_query(r->host, "adopt/mirror_none", table);
	dbc_query(r->host, "adopt/adopt", table, dbc_text(a->ledger.tool->name),
			  dbc_bool(a->keep_old), dbc_text(options), dbc_text(r->log.actor));
	dbc_migrate_save_schema(r);
}

/* The versions that are still pending. */
static dbc_json_node *
list_pending(const adoption *a)
{
	dbc_json_node *pending = dbc_json_array(a->run.host);

	for (int i = 0; i < a->run.list.count; i++)
		if (a->run.list.items[i].state == DBC_PENDING)
			dbc_json_push_text(pending, a->run.list.items[i].version);
	return pending;
}

static void
emit_result(const adoption *a)
{
	dbc_json_node *result = dbc_json_object(a->run.host);

	DBC_PUT_TEXT(result, tool, a->ledger.tool->name);
	DBC_PUT_TEXT(result, table_name, a->ledger.table);
	DBC_PUT_COUNTED(result, a->versions, adopted, a->run.finished);
	DBC_PUT_INT(result, matched, a->matched);
	DBC_PUT(result, unregistered, a->unregistered);
	DBC_PUT_COUNTED(result, a->versions, pending, list_pending(a));
	if (a->versions)
		DBC_PUT(result, versions, a->versions);
	DBC_PUT(result, differences, a->differences);
	DBC_PUT(result, written, a->written);
	DBC_PUT_BOOL(result, keep_old, a->keep_old);
	DBC_PUT_BOOL(result, dry_run, a->run.dry_run);
	dbc_json_emit(a->run.host, result);
}

/* Fails for a ledger that dbcare cannot write, or may not find later. */
static void
refuse_mirroring(dbc_host *host, const dbc_adopt_ledger *ledger)
{
	if (ledger->tool->mirrored == DBC_MIRROR_NOT)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, "Remove the option keep_old.",
				 "dbcare cannot write the %s ledger", ledger->tool->name);
	if (DBC_ROOM(host, migrate)->ledger_schema &&
		!dbc_same(ledger->schema, host->rooms.migrate->ledger_schema))
		dbc_fail(host, DBC_UNSUPPORTED,
				 "If that file is not attached, the ledger cannot be updated.",
				 "Remove the option keep_old.", "%s is in another file",
				 ledger->table);
}

/* Creates the ledger that is to be kept, if the tool has none yet. */
static void
create_ledger(dbc_host *host, const char *name)
{
	const dbc_adopt_tool *tool = dbc_adopt_tool_without_ledger(host, name);

	if (tool)
		dbc_adopt_create_ledger(host, tool);
}

/* dbmigrate_adopt(options) */
DBC_RUN(dbmigrate_adopt)
{
	const dbmigrate_adopt_options *given =
		dbc_read_options(host, &args->options, dbmigrate_adopt_options);
	static const dbc_run_options nothing;
	adoption a = {.run = dbc_migrate_make_runner(host, &nothing, true),
				  .keep_old = given->keep_old.integer,
				  .versions =
					  given->verbose.integer ? dbc_json_object(host) : NULL,
				  .unregistered = dbc_json_array(host),
				  .differences = dbc_json_array(host),
				  .written = dbc_json_array(host)};

	(void) dbc_has_tables(
		host); /* fails if an untrusted role has created them */
	a.run.dry_run = given->dry_run.integer;
	if (a.keep_old && !given->table.text && !a.run.dry_run)
		create_ledger(host, given->tool.text);
	a.ledger = dbc_adopt_find_ledger(host, given->tool.text, given->table.text);
	if (a.keep_old)
		refuse_mirroring(host, &a.ledger);
	if (a.run.dry_run)
		dbc_migrate_read_migrations(&a.run);
	else
	{
		dbc_need_tables(host);
		dbc_migrate_start_runner(&a.run, dbc_read_settings(host));
	}
	a.rows = dbc_adopt_read_ledger(host, &a.ledger);
	refuse_failed(&a);
	dbc_adopt_match_ledger(host, &a.ledger, &a.rows, &a.run.list);
	a.run.log.holds_head = true;
	for (int i = 0; i < a.rows.count; i++)
		adopt_row(&a, &a.rows.items[i]);
	dbc_ledger_move_head(&a.run.log);
	if (a.keep_old)
		write_back(&a);
	if (!a.run.dry_run)
		record_adoption(&a, args->options.text);
	emit_result(&a);
}
