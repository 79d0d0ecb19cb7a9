/*
 * schema.c
 *	  The fingerprint of a schema, a schema as a document, and the SQL between
 *	  two documents: dbmigrate_fingerprint, _schema, _snapshot and _diff.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/drift.h"

#include "common/core/json.h"

/* dbmigrate_fingerprint() */
DBC_RUN(dbmigrate_fingerprint)
{
	dbc_migrate_schema schema = dbc_migrate_read_schema(host, DBC_SCHEMA_NOW);

	dbc_emit(host, dbc_text(dbc_migrate_schema_fingerprint(host, &schema)));
}

/* Emits a schema as a document. */
static void
emit_document(dbc_host *host, dbc_schema_source source)
{
	dbc_migrate_schema schema = dbc_migrate_read_schema(host, source);
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *objects = dbc_json_array(host);

	for (int i = 0; i < schema.count; i++)
		dbc_json_push(objects, dbc_migrate_object_json(host, &schema.items[i]));
	DBC_PUT_TEXT(result, engine, host->engine_name);
	DBC_PUT_TEXT(result, fingerprint,
				 dbc_migrate_schema_fingerprint(host, &schema));
	DBC_PUT(result, objects, objects);
	dbc_json_emit(host, result);
}

/* dbmigrate_schema() */
DBC_RUN(dbmigrate_schema)
{
	emit_document(host, DBC_SCHEMA_WHOLE);
}

/* dbmigrate_snapshot() */
DBC_RUN(dbmigrate_snapshot)
{
	if (dbc_migrate_has_snapshot(host))
		emit_document(host, DBC_SCHEMA_STORED_WHOLE);
	else
		dbc_emit(host, dbc_null());
}

const dbc_rows *
dbc_migrate_read_objects(dbc_host *host, const dbc_json_item *objects)
{
	static const char *const keys[] = {[DBC_OBJECT_TYPE] = "type",
									   [DBC_OBJECT_NAME] = "name",
									   [DBC_OBJECT_PARENT] = "parent",
									   [DBC_OBJECT_POSITION] = "position",
									   [DBC_OBJECT_DEFINITION] = "definition",
									   [DBC_OBJECT_DETAILS] = "details",
									   [DBC_OBJECT_DEPENDS_ON] = "depends_on"};
	const dbc_json_item *object = objects + 1;
	dbc_rows *rows = dbc_alloc(host, sizeof(*rows));
	dbc_value *cells;

	if (objects->kind != DBC_I_ARRAY)
		return NULL;
	cells =
		dbc_alloc(host, ((size_t) objects->length * DBC_OBJECT_COLUMNS + 1) *
							sizeof(*cells));
	*rows = (dbc_rows){.nrows = (int) objects->length,
					   .ncols = DBC_OBJECT_COLUMNS,
					   .values = cells};
	for (uint32_t i = 0; i < objects->length;
		 i++, object = dbc_json_next(object))
	{
		for (int k = 0; k < DBC_OBJECT_COLUMNS; k++, cells++)
		{
			const dbc_json_item *value = object->kind == DBC_I_OBJECT
											 ? dbc_json_member(object, keys[k])
											 : NULL;
			double position;

			if (k == DBC_OBJECT_POSITION &&
				dbc_json_real(host, value, &position))
				*cells = dbc_int((int64_t) position);
			else if (value)
				*cells = dbc_text(dbc_json_value_text(host, value));
		}
		if (dbc_describe_mismatch(host, rows, (int) i, DBC_OBJECT_SHAPE))
			return NULL;
	}
	return rows;
}

/* Reads a document of dbmigrate_schema(); argument is its name. */
static dbc_migrate_schema
read_document(dbc_host *host, const char *argument, const dbc_value *document)
{
	const char *engine =
		dbc_json_string_or_null(host, dbc_json_find(host, document, "engine"));
	const dbc_json_item *objects = dbc_json_find(host, document, "objects");
	const dbc_rows *rows =
		objects ? dbc_migrate_read_objects(host, objects) : NULL;

	if (!engine || !rows)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a document that dbmigrate_schema() returned.",
				 "argument %s is not a schema document", argument);
	if (!dbc_same(engine, host->engine_name))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Compare schemas on the engine they come from.",
				 "argument %s is a schema of %s, not of %s", argument, engine,
				 host->engine_name);
	return dbc_migrate_make_schema(host, rows);
}

/* dbmigrate_diff(old_schema, new_schema) */
DBC_RUN(dbmigrate_diff)
{
	dbc_migrate_schema old =
		read_document(host, "old_schema", &args->old_schema);
	dbc_migrate_schema new =
		read_document(host, "new_schema", &args->new_schema);
	dbc_json_node *result = dbc_json_object(host);

	DBC_PUT_TEXT(result, up, DBC_CALL(host, migrate, diff)(host, &old, &new));
	DBC_PUT_TEXT(result, down, DBC_CALL(host, migrate, diff)(host, &new, &old));
	dbc_json_emit(host, result);
}
