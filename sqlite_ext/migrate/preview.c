/*
 * preview.c
 *	  What a script creates, found by running it in an empty database in memory.
 */
#include "sqlite_ext/migrate/track.h"
#include "sqlite_ext/trust/scratch.h"

#include <string.h>

/* The objects that migrate/schema_entries.sql lists, of the scratch database.
 */
static const char entries[] =
	"select s.type, s.name, s.tbl_name, s.sql, s.rowid from sqlite_schema as s "
	"where s.sql is not null and s.name not glob 'sqlite_*' and s.tbl_name not "
	"in (select t.name from temp.pragma_table_list as t where t.type = "
	"'shadow') "
	"order by s.rowid";

#define NCOLUMNS 5

typedef struct preview
{
	dbcsl_scratch scratch;
	const dbc_script *script;
	dbc_rows rows;
	dbc_value *cells;
} preview;

/* Fails with the error of a statement, or of the query for entries (-1). */
static _Noreturn void
fail_in_scratch(preview *p, int statement)
{
	dbc_host *host = &p->scratch.h->base;
	dbc_error error = {.sqlstate = "42000",
					   .message = dbcsl_scratch_error(&p->scratch)};

	if (statement >= 0)
	{
		error.statement_no = statement + 1;
		error.line = p->script->statements[statement].line;
		error.detail =
			dbc_format(host,
					   "It happened in %s, where none of its objects "
					   "exist: %s",
					   p->script->label, p->script->statements[statement].text);
	}
	dbc_rethrow(host, &error);
}

/* Adds the current row of the query for entries. */
static void
take_entry(preview *p)
{
	dbcsl_host *h = p->scratch.h;
	dbc_value *cells;

	p->cells = dbc_grow(&h->base, p->cells, (size_t) p->rows.nrows,
						NCOLUMNS * sizeof(dbc_value));
	cells = p->cells + (size_t) p->rows.nrows++ * NCOLUMNS;
	for (int i = 0; i < NCOLUMNS - 1; i++)
		cells[i] = dbc_text(dbcsl_printf(
			h, "%s", sqlite3_column_text(p->scratch.statement, i)));
	cells[NCOLUMNS - 1] =
		dbc_int(sqlite3_column_int64(p->scratch.statement, NCOLUMNS - 1));
}

static void
run(dbc_host *host, void *arg)
{
	preview *p = arg;
	bool found = false;

	(void) host;
	dbcsl_scratch_open(&p->scratch);
	for (int i = 0; i < p->script->nstatements; i++)
		if (!dbcsl_scratch_run(&p->scratch, p->script->statements[i].text,
							   NULL))
			fail_in_scratch(p, i);
	if (!dbcsl_scratch_run(&p->scratch, entries, &found))
		fail_in_scratch(p, -1);
	while (found)
	{
		take_entry(p);
		if (!dbcsl_scratch_step(&p->scratch, &found))
			fail_in_scratch(p, -1);
	}
}

/* See common/migrate/host.h. */
const dbc_rows *
dbcsl_migrate_preview(dbc_host *host, const dbc_script *script)
{
	static const dbcsl_ddl nothing;
	dbcsl_host *h = dbcsl_of(host);
	preview p = {.scratch = {.h = h, .name = "", .table = &nothing},
				 .script = script,
				 .rows = {.ncols = NCOLUMNS}};
	bool done = dbcsl_try(h, run, &p);

	dbcsl_scratch_close(&p.scratch);
	if (!done)
		dbcsl_rethrow(h);
	p.rows.values = p.cells;
	return dbcsl_migrate_list_objects(h, &p.rows, true);
}
