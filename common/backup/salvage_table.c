/*
 * salvage_table.c
 *	  [PG] Saving the rows of a damaged table in a new one, which has its
 *columns, key and owner, but no default, constraint or trigger, which would run
 *	  code.  The damaged one is only read.
 */
#include "common/backup/salvage.h"
#include "common/check/check.h"
#include "common/core/json_write.h"
#include "common/core/text.h"

/* Columns of backup/salvage_facts.sql. */
enum
{
	F_SUPERUSER,
	F_HEAP,
	F_BLOCKS,
	F_OID,
	F_OWNER,
	F_COLUMNS,
	F_VERIFY
};

/* The new table has the key, so that rows are found by it. */
static void
make_key(dbc_host *host, const dbc_salvage *s)
{
	dbc_buffer columns;

	dbc_buffer_init(&columns, host);
	for (int i = 0; i < s->entries.nkeys; i++)
		dbc_append_format(&columns, "%s%s", i ? ", " : "",
						  host->quote(host, s->entries.columns[i]));
	(void) dbc_query_text(host,
						  dbc_format(host, "create unique index on %s (%s)",
									 s->to, columns.data));
}

static void
make_table(dbc_host *host, const dbc_salvage *s)
{
	(void) dbc_query_text(
		host, dbc_format(host, "create table %s (%s)", s->to, s->columns));
	if (s->entries.is_key)
		make_key(host, s);
	/* rows of types with code are copied as a role that may run it, which is
	 * often the owner */
	(void) dbc_query_text(
		host, dbc_format(host, "alter table %s owner to %s", s->to, s->owner));
}

static void
read_facts(dbc_host *host, dbc_salvage *s)
{
	const dbc_rows *rows =
		dbc_query(host, "backup/salvage_facts", dbc_text(s->table->schema),
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
	s->owner = dbc_get_text(host, rows, 0, F_OWNER);
	s->columns = dbc_get_text_or_null(host, rows, 0, F_COLUMNS);
	if (!s->columns)
		s->columns = "";
}

static void
save(dbc_host *host, void *arg)
{
	dbc_salvage *s = arg;

	/* its columns; the entries when it is known what is damaged */
	DBC_CALL(host, check, lost_entries)(host, s->table, NULL, -1, &s->entries);
	make_table(host, s);
	dbc_salvage_read(host, s);
	dbc_progress(host, "reading an index", 0, 1);
	DBC_CALL(host, check, lost_entries)
	(host, s->table, s->bad, s->nbad, &s->entries);
	dbc_salvage_merge(host, s);
}

static void
save_guarded(dbc_host *host, void *arg)
{
	dbc_salvage *s = arg;

	s->failed = !dbc_guard(host, save, s, DBC_KEEP, false, &s->error);
}

/* Fails with what has failed.  The caller is a superuser: what is denied is
 * denied to the role that copies rows. */
static _Noreturn void
fail(dbc_host *host, const dbc_salvage *s)
{
	if (!dbc_same(s->error.sqlstate, DBC_INSUFFICIENT))
		dbc_rethrow(host, &s->error);
	dbc_fail(host, DBC_INSUFFICIENT,
			 dbc_format(host,
						"The types, constraints and indexes of the table may "
						"run code of their owners, so that its rows are copied "
						"as a role whose rights all of them have: %s.",
						s->error.message),
			 dbc_format(host,
						"Make one role the owner of the table and of the types "
						"of its columns, for example with \"alter table %s "
						"owner to ROLE\", which changes no page of it.",
						s->from),
			 "rows of %s cannot be copied with the rights of the owners of its "
			 "code",
			 s->table->shown);
}

void
dbc_salvage_table(dbc_host *host, const dbc_check_salvage *call,
				  const char *directory, dbc_backup_secret_place place,
				  dbc_json_node *result)
{
	dbc_relation table = *host->resolve(host, call->source);
	dbc_salvage s = {.table = &table,
					 .directory = directory,
					 .place = &place,
					 .lost = dbc_json_array(host)};

	s.from = dbc_format(host, "%s.%s", host->quote(host, table.schema),
						host->quote(host, table.name));
	s.to = dbc_format(host, "%s.%s", host->quote(host, table.schema),
					  host->quote(host, call->destination));
	read_facts(host, &s);
	if (!host->write(host, save_guarded, &s))
		dbc_fail(host, DBC_NOT_READY, NULL, NULL,
				 "the database cannot be changed");
	if (s.failed)
		fail(host, &s);
	dbc_salvage_list_lost(host, &s);
	dbc_json_put_text(result, "table", table.shown);
	dbc_json_put_text(result, "destination", s.to);
	dbc_json_put_int(result, "rows", s.rows);
	dbc_json_put_int(result, "from_backup", s.found);
	dbc_json_put_text(result, "backup", s.backup);
	dbc_json_put_text(result, "why_no_backup", s.why_no_backup);
	dbc_json_put_text(result, "unchecked", s.unchecked);
	dbc_json_put_int(result, "problems", s.nproblems);
	dbc_json_put(result, "lost", s.lost);
	dbc_json_put_bool(result, "success", s.nproblems == 0);
}
