/*
 * table.c
 *	  [PG] Saving the rows of a damaged table in a new one, which has its
 * columns, key and owner, but no default, constraint or trigger, which would
 * run code.  The damaged one is only read.
 */
#include "common/salvage/salvage.h"
#include "common/check/check.h"
#include "common/core/names.h"
#include "common/core/tables.h"
#include "common/core/text.h"

/* Columns of salvage/salvage_facts.sql. */
enum
{
	F_SUPERUSER,
	F_HEAP,
	F_BLOCKS,
	F_OID,
	F_VERIFY
};

static void
read_facts(dbc_host *host, dbc_salvage *s)
{
	const dbc_rows *rows =
		dbc_query(host, "salvage/salvage_facts", dbc_text(s->table->schema),
				  dbc_text(s->table->name));

	if (!dbc_get_bool(host, rows, 0, F_SUPERUSER))
		dbc_fail(host, DBC_INSUFFICIENT,
				 "Rows that the caller must not see would be missing.", NULL,
				 "must be superuser to salvage a table");
	if (!dbc_get_bool(host, rows, 0, F_HEAP))
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL,
				 "Name a table, or each partition by itself.",
				 "%s has no pages of rows", s->table->shown);
	s->blocks = dbc_get_int(host, rows, 0, F_BLOCKS);
	s->verify = dbc_get_text_or_null(host, rows, 0, F_VERIFY);
	if (!s->verify)
		s->unchecked = "the extension amcheck, which tests rows, is not "
					   "installed";
	s->oid = dbc_get_int(host, rows, 0, F_OID);
}

static void
save(dbc_host *host, void *arg)
{
	dbc_salvage *s = arg;

	/* its columns; the entries when it is known what is damaged */
	DBC_CALL(host, check, lost_entries)(host, s->table, NULL, -1, &s->entries);
	DBC_CALL(host, check, make_plain)
	(host, s->oid, &s->new_table, s->entries.is_key ? &s->entries : NULL);
	dbc_salvage_read(host, s);
	dbc_progress(host, "reading an index", 0, 1);
	DBC_CALL(host, check, lost_entries)
	(host, s->table, s->bad, s->nbad, &s->entries);
	dbc_salvage_merge(host, s);
	DBC_CALL(host, check, give_plain)(host, s->oid, &s->new_table);
	dbc_revoke_defaults(host, s->new_table.shown);
}

static void
save_guarded(dbc_host *host, void *arg)
{
	dbc_salvage *s = arg;

	s->failed = !dbc_guard(host, save, s, DBC_KEEP, false, &s->error);
}

void
dbc_salvage_table(dbc_host *host, const dbc_check_salvage *call,
				  const char *directory, dbc_backup_secret_place place,
				  dbc_json_node *result)
{
	dbc_relation table = *dbc_resolve(host, call->source);
	dbc_salvage s = {.table = &table,
					 .directory = directory,
					 .place = &place,
					 .lost = dbc_json_array(host)};

	s.to = dbc_format(host, "%s.%s", dbc_quote(host, table.schema),
					  dbc_quote(host, call->destination));
	s.new_table = (dbc_relation){table.schema, call->destination, s.to, 0};
	read_facts(host, &s);
	if (!dbc_write(host, save_guarded, &s))
		dbc_fail(host, DBC_NOT_READY, NULL, NULL,
				 "the database cannot be changed");
	if (s.failed)
		dbc_rethrow(host, &s.error);
	dbc_salvage_list_lost(host, &s);
	DBC_PUT_TEXT(result, table_name, table.shown);
	DBC_PUT_TEXT(result, destination, s.to);
	DBC_PUT_INT(result, rows, s.rows);
	DBC_PUT_INT(result, from_backup, s.found);
	DBC_PUT_TEXT(result, backup, s.backup);
	DBC_PUT_TEXT(result, why_no_backup, s.why_no_backup);
	DBC_PUT_TEXT(result, unchecked, s.unchecked);
	DBC_PUT_INT(result, problems, s.nproblems);
	DBC_PUT(result, lost, s.lost);
	DBC_PUT_BOOL(result, success, s.nproblems == 0);
}
