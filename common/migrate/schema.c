/*
 * schema.c
 *	  The schema as a number, as a document, and the way from one document to
 *	  another: dbmigrate_fingerprint, _schema and _diff.
 */
#include "common/core/functions.h"
#include "common/migrate/schema_objects.h"

#include "common/core/text.h"

/* Columns of migrate/schema_document.sql after those of an object. */
enum
{
	D_ENGINE = DBC_OBJECT_COLUMNS,
	D_IS_OBJECT
};

/* dbmigrate_fingerprint() */
void
dbc_run_dbmigrate_fingerprint(dbc_host *host, const dbc_value *args)
{
	dbc_migrate_schema schema = dbc_migrate_read_schema(host, DBC_SCHEMA_NOW);
	dbc_value result = dbc_text(dbc_migrate_schema_fingerprint(host, &schema));

	(void) args;
	dbc_emit(host, &result);
}

/* dbmigrate_schema() */
void
dbc_run_dbmigrate_schema(dbc_host *host, const dbc_value *args)
{
	dbc_migrate_schema schema = dbc_migrate_read_schema(host, DBC_SCHEMA_WHOLE);
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *objects = dbc_json_array(host);
	int i;

	(void) args;
	for (i = 0; i < schema.count; i++)
		dbc_json_push(objects, dbc_migrate_object_json(host, &schema.items[i]));
	dbc_json_put_text(result, "engine", host->engine_name);
	dbc_json_put_text(result, "fingerprint",
					  dbc_migrate_schema_fingerprint(host, &schema));
	dbc_json_put(result, "objects", objects);
	dbc_json_emit(host, result);
}

/* Whether a document is of a schema without objects: it gives one row. */
static bool
is_empty(dbc_host *host, const dbc_rows *rows)
{
	return rows->nrows == 1 && !dbc_get_bool(host, rows, 0, D_IS_OBJECT);
}

/* Whether rows of migrate/schema_document are of a schema. */
static bool
is_document(dbc_host *host, const dbc_rows *rows)
{
	int i;

	for (i = 0; i < rows->nrows; i++)
		if (dbc_is_null(host, rows, i, D_ENGINE) ||
			(!is_empty(host, rows) &&
			 dbc_describe_mismatch(host, rows, i, DBC_OBJECT_SHAPE)))
			return false;
	return rows->nrows > 0;
}

/* Reads a document of dbmigrate_schema(); argument is its name. */
static dbc_migrate_schema
read_document(dbc_host *host, const char *argument, const dbc_value *document)
{
	const dbc_rows *rows =
		dbc_query(host, "migrate/schema_document", document, 1);
	dbc_rows objects = *rows;
	const char *engine;

	if (!is_document(host, rows))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Give what dbmigrate_schema() returned.",
				 "argument %s is not a schema document", argument);
	engine = dbc_get_text_or_null(host, rows, 0, D_ENGINE);
	if (!dbc_same(engine, host->engine_name))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Schemas are compared on the engine they come from.",
				 "argument %s is a schema of %s, not of %s", argument, engine,
				 host->engine_name);
	if (is_empty(host, rows))
		objects.nrows = 0;
	return dbc_migrate_make_schema(host, &objects);
}

/* dbmigrate_diff(old_schema, new_schema) */
void
dbc_run_dbmigrate_diff(dbc_host *host, const dbc_value *args)
{
	dbc_migrate_schema old = read_document(host, "old_schema", &args[0]);
	dbc_migrate_schema new = read_document(host, "new_schema", &args[1]);
	dbc_json_node *result = dbc_json_object(host);

	dbc_json_put_text(result, "up", host->diff(host, &old, &new));
	dbc_json_put_text(result, "down", host->diff(host, &new, &old));
	dbc_json_emit(host, result);
}
