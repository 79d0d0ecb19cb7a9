/*
 * schema.c
 *	  What the fake host knows of schemas, and of what scripts do to them.
 */
#include "test/unit/fake/script.h"

/* Schemas are answers like those to queries: "schema", "stored schema". */
const dbc_rows *
fake_schema(dbc_host *host, dbc_schema_source source)
{
	dbc_sql sql = {.name = source >= DBC_SCHEMA_STORED ? "stored schema"
													   : "schema"};

	return host->seam->query(host, &sql, NULL, 0);
}

void
fake_store_schema(dbc_host *host)
{
	fake_note(host, "store schema");
}

const dbc_rows *
fake_preview(dbc_host *host, const dbc_script *script)
{
	(void) script;
	return fake_schema(host, DBC_SCHEMA_WHOLE);
}

const char *
fake_diff(dbc_host *host, const dbc_migrate_schema *from,
		  const dbc_migrate_schema *to)
{
	(void) from;
	(void) to;
	fake_note(host, "diff");
	return "select 'the difference';\n";
}

void
fake_track(dbc_host *host, bool on)
{
	fake_note(host, on ? "track" : "track no more");
}

/* What scripts have touched: answers "before" and "after". */
bool
fake_touched(dbc_host *host, dbc_moment moment, dbc_changes *touched)
{
	dbc_sql sql = {.name = moment == DBC_BEFORE ? "before" : "after"};

	touched->objects = host->seam->query(host, &sql, NULL, 0);
	touched->tables = dbc_alloc(host, sizeof(dbc_rows));
	return true;
}

const char *
fake_quote(dbc_host *host, const char *name)
{
	(void) host;
	return name;
}
