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

#include "common/core/host.h"
#include "common/core/json_write.h"

/* Columns of what host->schema() gives. */
enum
{
	DBC_S_TYPE,
	DBC_S_NAME,
	DBC_S_PARENT,
	DBC_S_POSITION,
	DBC_S_DEFINITION,
	DBC_S_DETAILS,
	DBC_S_DEPENDS_ON,
	DBC_S_COLUMNS
};

/* Those columns as dbc_get_row() reads them. */
#define DBC_OBJECT_SHAPE "ttTITTT"

typedef struct dbc_object
{
	const char *type;	/* "table", "column", "constraint", ... */
	const char *name;	/* unique within its type: app.users, app.users.id */
	const char *parent; /* name of the table it belongs to, or NULL */
	int64_t position;	/* of a column in its table, from 1; else 0 */
	const char *definition; /* normal form, never NULL */
	const char *details;	/* JSON object for diff(), or NULL */
	const char *depends_on; /* JSON array of "type name", or NULL */
} dbc_object;

struct dbc_schema
{
	dbc_object *items; /* in order of type and name */
	int count;
};

/* The objects in rows with the columns above. */
extern dbc_schema dbc_schema_of_rows(dbc_host *host, const dbc_rows *rows);

/* Reads a schema of this database. */
extern dbc_schema dbc_read_schema(dbc_host *host, dbc_schema_source source);

/* The object of a type and a name, or NULL. */
extern dbc_object *dbc_find_object(const dbc_schema *schema, const char *type,
								   const char *name);

/* An object as JSON; what it does not have is left out. */
extern dbc_node *dbc_object_json(dbc_host *host, const dbc_object *object);

/* One number for a schema: SHA-256 over its objects. */
extern const char *dbc_schema_fingerprint(dbc_host *host,
										  const dbc_schema *schema);

typedef struct dbc_difference
{
	const char *type;
	const char *object;
	const char *parent; /* or NULL */
	const char *change; /* added, removed, changed, renamed or moved */
	const char *before; /* definition, old name or old position; or NULL */
	const char *after;
	bool cosmetic; /* only the order of columns, the name of something that
					* engines name by themselves, or layout of a function */
} dbc_difference;

typedef struct dbc_differences
{
	dbc_difference *items; /* in order of type and object */
	int count;
} dbc_differences;

/* How one schema differs from another; what goes or comes with its table is
 * left out. */
extern dbc_differences dbc_compare_schemas(dbc_host *host,
										   const dbc_schema *before,
										   const dbc_schema *after);

#endif /* DBC_MIGRATE_SCHEMA_OBJECTS_H */
