/*
 * schema_objects.h
 *	  A schema as a list of objects, and how two of them differ.
 *
 * Tables are taken apart: columns, constraints, indexes and triggers are
 * objects of their own, with the table as parent.  Two schemas are the same if
 * they have the same objects with the same definitions; a definition therefore
 * holds neither the object's own name nor the place of a column in its table,
 * and is written in one normal form however it was typed.
 */
#ifndef DBC_MIGRATE_SCHEMA_OBJECTS_H
#define DBC_MIGRATE_SCHEMA_OBJECTS_H

#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/migrate/host.h"

/* Columns of the rows of schema(). */
enum
{
	DBC_OBJECT_TYPE,
	DBC_OBJECT_NAME,
	DBC_OBJECT_PARENT,
	DBC_OBJECT_POSITION,
	DBC_OBJECT_DEFINITION,
	DBC_OBJECT_DETAILS,
	DBC_OBJECT_DEPENDS_ON,
	DBC_OBJECT_COLUMNS,
	/* [SQLite] the name as the user spelled it, in a column more */
	DBC_OBJECT_SHOWN = DBC_OBJECT_COLUMNS
};

/* Those columns as dbc_get_row() reads them. */
#define DBC_OBJECT_SHAPE "ttTITTT"

typedef struct dbc_migrate_object
{
	const char *type;	/* "table", "column", "constraint", ... */
	const char *name;	/* unique within its type: app.users, app.users.id */
	const char *shown;	/* that name as the user spelled it, for results */
	const char *parent; /* name of the table it belongs to, or NULL */
	int64_t position;	/* of a column in its table, from 1; else 0 */
	const char *definition; /* normal form, never NULL */
	const char *details;	/* JSON object for diff(), or NULL */
	const char *depends_on; /* JSON array of "type name", or NULL */
} dbc_migrate_object;

struct dbc_migrate_schema
{
	dbc_migrate_object *items; /* in order of type and name */
	int count;
};

/* Makes objects of rows with the columns above. */
extern dbc_migrate_schema dbc_migrate_make_schema(dbc_host *host,
												  const dbc_rows *rows);

/* Reads a schema of this database. */
extern dbc_migrate_schema dbc_migrate_read_schema(dbc_host *host,
												  dbc_schema_source source);

/* The objects of a JSON array, each as dbc_migrate_object_json() writes it,
 * with the columns above; NULL if it is not one. */
extern const dbc_rows *dbc_migrate_read_objects(dbc_host *host,
												const dbc_json_item *objects);

/* The object of a type and a name, or NULL. */
extern dbc_migrate_object *
dbc_migrate_find_object(const dbc_migrate_schema *schema, const char *type,
						const char *name);

/* An object as JSON, without its NULL members. */
extern dbc_json_node *dbc_migrate_object_json(dbc_host *host,
											  const dbc_migrate_object *object);

/* The fingerprint of a schema: SHA-256 over its objects. */
extern const char *
dbc_migrate_schema_fingerprint(dbc_host *host,
							   const dbc_migrate_schema *schema);

typedef struct dbc_migrate_difference
{
	const char *type;
	const char *object; /* as the user spelled it */
	const char *name;	/* as schemas compare it */
	const char *parent; /* or NULL */
	const char *change; /* added, removed, changed, renamed or moved */
	const char *before; /* definition, old name or old position; or NULL */
	const char *after;
	const char *renamed_to; /* object of the new name */
	bool cosmetic; /* only the order of columns, the name of something that
					* engines name by themselves, or layout of a function */
} dbc_migrate_difference;

typedef struct dbc_migrate_differences
{
	dbc_migrate_difference *items; /* in order of type and object */
	int count;
} dbc_migrate_differences;

/* How one schema differs from another; parts of an added or removed table are
 * left out. */
extern dbc_migrate_differences
dbc_migrate_compare_schemas(dbc_host *host, const dbc_migrate_schema *before,
							const dbc_migrate_schema *after);

#endif /* DBC_MIGRATE_SCHEMA_OBJECTS_H */
