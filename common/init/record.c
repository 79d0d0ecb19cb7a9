/*
 * record.c
 *	  What is recorded of manifests that were run, and dbinit_status().
 */
#include "common/init/init.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/tables.h"

/* Reads the objects as objects_text() has written them. */
static dbc_migrate_schema
read_objects(dbc_host *host, const char *name, const char *text)
{
	const char *problem;
	const dbc_json_item *root =
		dbc_json_read(host, text, strlen(text), NULL, 0, &problem);
	const dbc_rows *rows = root ? dbc_migrate_read_objects(host, root) : NULL;

	if (!rows)
		dbc_fail(host, DBC_CORRUPTED, NULL,
				 "dbinit_repair() with the same manifest records the objects "
				 "again.",
				 "the recorded objects of \"%s\" are damaged", name);
	return dbc_migrate_make_schema(host, rows);
}

dbc_init_record
dbc_init_read_record(dbc_host *host, const char *name)
{
	dbc_init_record record = {.exists = false};
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return record;
	rows = dbc_query(host, "init/record", dbc_text(name));
	if (rows->nrows == 0)
		return record;
	record.exists = true;
	record.objects = read_objects(host, name, dbc_get_text(host, rows, 0, 0));
	record.author = dbc_get_text_or_null(host, rows, 0, 1);
	return record;
}

void
dbc_init_store_record(dbc_host *host, const dbc_init_manifest *manifest,
					  const dbc_migrate_schema *objects)
{
	dbc_json_node *list = dbc_json_array(host);
	const dbc_setting_values *stored = dbc_read_settings(host);

	for (int i = 0; i < objects->count; i++)
		dbc_json_push(list, dbc_migrate_object_json(host, &objects->items[i]));
	dbc_query(host, "init/store_record", dbc_text(manifest->name),
			  dbc_text(manifest->version), dbc_text(manifest->checksum),
			  dbc_text(dbc_json_text(list)),
			  dbc_text(dbc_setting_text(host, stored, DBC_SETTING_environment)),
			  dbc_text(dbc_now(host)), dbc_text(dbc_actor(host, stored)),
			  dbc_text(host->role));
}

/* dbinit_status() */
DBC_RUN(dbinit_status)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *list = dbc_json_array(host);
	const dbc_setting_values *stored = dbc_read_settings(host);
	const dbc_rows *rows = NULL;

	if (dbc_has_tables(host))
		rows = dbc_query(host, "init/records");
	for (int i = 0; rows && i < rows->nrows; i++)
	{
		static const char *const keys[] = {"name",		  "version",
										   "environment", "first_run_at",
										   "run_at",	  "run_by"};
		const dbc_value *row = dbc_get_row(host, rows, i, "tttttt");
		dbc_json_node *entry = dbc_json_object(host);

		for (int k = 0; k < 6; k++)
			dbc_json_put_text(entry, keys[k], row[k].text);
		dbc_json_push(list, entry);
	}
	DBC_PUT_BOOL(result, initialized, rows && rows->nrows > 0);
	DBC_PUT(result, manifests, list);
	DBC_PUT_TEXT(result, environment,
				 dbc_setting_text(host, stored, DBC_SETTING_environment));
	DBC_PUT_BOOL(result, auto_init,
				 dbc_same(dbc_setting_text(host, stored, DBC_SETTING_auto_init),
						  "true"));
	DBC_PUT_TEXT(result, engine, host->engine_name);
	dbc_json_emit(host, result);
}
