/*
 * relation.c
 *	  Relations named by a script: in the catalog, or created by a script.
 */
#include "pg_ext/lint/analysis.h"
#include "catalog/pg_class.h"

#include "common/core/text.h"

/* ---- the catalog ---- */

/* The name of a kind of relation. */
static const char *
type_of_kind(char kind)
{
	switch (kind)
	{
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			return "index";
		case RELKIND_SEQUENCE:
			return "sequence";
		case RELKIND_VIEW:
			return "view";
		case RELKIND_MATVIEW:
			return "materialized view";
		case RELKIND_FOREIGN_TABLE:
			return "foreign table";
		case RELKIND_COMPOSITE_TYPE:
			return "type";
		default:
			return "table";
	}
}

/* An OID as text. */
static const char *
oid_text(dbcpg_lint_analyzer *r, Oid oid)
{
	return dbc_format(r->host, "%u", oid);
}

/* Reads a relation from the catalog; false if it was dropped. */
static bool
fill(dbcpg_lint_analyzer *r, dbc_lint_object *object,
	 dbcpg_lint_relation *relation)
{
	dbcpg_catalog_relation known;

	if (!dbcpg_lint_catalog_read_relation(r->host, relation->oid, &known))
		return false;
	relation->kind = known.kind;
	relation->persistence = known.persistence;
	relation->tablespace = known.tablespace;
	relation->has_children = known.has_children;
	relation->object = object;
	object->engine = relation;
	object->type = type_of_kind(known.kind);
	object->id = oid_text(r, relation->oid);
	object->temporary = known.persistence == RELPERSISTENCE_TEMP;
	object->partitioned = known.kind == RELKIND_PARTITIONED_TABLE ||
						  known.kind == RELKIND_PARTITIONED_INDEX;
	object->is_partition = known.is_partition;
	object->foreign = known.foreign;
	object->measured = known.measured;
	object->rows = known.rows < 0 ? -1 : (int64_t) (known.rows + 0.5);
	object->bytes = known.bytes;
	if (OidIsValid(known.table))
		relation->table = dbcpg_lint_find_catalog_object(r, known.table);
	return true;
}

/* ---- the session ---- */

/* Where the session keeps the relation of an OID: the engine of an object with
 * that name. */
static void **
place_of(dbcpg_lint_analyzer *r, Oid oid)
{
	bool is_new;

	return &dbc_lint_find_object(r->session, "oid", NULL, oid_text(r, oid),
								 &is_new)
				->engine;
}

/* Binds a new object to a relation of the catalog; returns the object shared by
 * all its names, or NULL if a script dropped it. */
static dbc_lint_object *
bind_relation(dbcpg_lint_analyzer *r, dbc_lint_object *object, Oid oid)
{
	void **place = place_of(r, oid);
	dbcpg_lint_relation *relation = *place;

	if (!relation)
	{
		*place = relation = dbc_alloc(r->host, sizeof(*relation));
		relation->oid = oid;
		relation->object = object;
		if (!fill(r, object, relation))
			relation->dropped = true;
	}
	if (relation->dropped || relation->renamed)
		return NULL;
	object->engine = relation;
	return relation->object;
}

/* Binds an object that is not in the catalog, and its other name unless NULL,
 * to a new relation. */
static dbc_lint_object *
bind_new_relation(dbcpg_lint_analyzer *r, dbc_lint_object *object,
				  dbc_lint_object *other)
{
	dbcpg_lint_relation *relation = dbc_alloc(r->host, sizeof(*relation));

	relation->object = object;
	relation->kind = RELKIND_RELATION;
	object->engine = relation;
	if (other)
		other->engine = relation;
	return object;
}

/* The object shared by all names of a relation. */
static dbc_lint_object *
shared_object(dbc_lint_object *object)
{
	return object->engine ? dbcpg_lint_get_relation(object)->object : object;
}

/* An object that is not in the catalog: a script may create it with its schema
 * and use it without, or vice versa. */
static dbc_lint_object *
find_created(dbcpg_lint_analyzer *r, dbc_lint_object *object,
			 const char *schema)
{
	const char *usual = dbcpg_lint_catalog_default_schema();
	dbc_lint_object *other;
	bool is_new;

	if (!usual || (schema && strcmp(schema, usual) != 0))
		return bind_new_relation(r, object, NULL);
	other = dbc_lint_find_object(r->session, object->type,
								 schema ? NULL : dbcpg_lint_copy_text(r, usual),
								 object->name, &is_new);
	if (is_new)
		return bind_new_relation(r, object, other);
	object->engine = other->engine;
	return shared_object(other);
}

/* The object with a name. */
static dbc_lint_object *
find(dbcpg_lint_analyzer *r, const char *schema, const char *name,
	 const char *type)
{
	bool is_new;
	dbc_lint_object *object =
		dbc_lint_find_object(r->session, type, dbcpg_lint_copy_text(r, schema),
							 dbcpg_lint_copy_text(r, name), &is_new);
	dbc_lint_object *known = NULL;
	Oid oid;

	if (!is_new)
		return shared_object(object);
	oid = dbcpg_lint_catalog_find_relation(schema, name);
	if (OidIsValid(oid))
		known = bind_relation(r, object, oid);
	return known ? known : find_created(r, object, schema);
}

dbc_lint_object *
dbcpg_lint_find_object(dbcpg_lint_analyzer *r, const RangeVar *name,
					   const char *type)
{
	return find(r, name->schemaname, name->relname, type);
}

dbc_lint_object *
dbcpg_lint_find_listed_object(dbcpg_lint_analyzer *r, List *names,
							  const char *type)
{
	const char *schema = list_length(names) > 1
							 ? strVal(list_nth(names, list_length(names) - 2))
							 : NULL;

	return find(r, schema, strVal(llast(names)), type);
}

/*
 * A free name becomes a new object.  A name in use, because the migration was
 * applied already, becomes the existing relation; it counts as created by the
 * script unless the script uses IF NOT EXISTS.
 */
dbc_lint_object *
dbcpg_lint_find_created_object(dbcpg_lint_analyzer *r, const RangeVar *name,
							   const char *type, bool if_not_exists)
{
	dbc_lint_object *object = dbcpg_lint_find_object(r, name, type);

	if (if_not_exists && (object->id || object->created_in))
		return object;
	object->type = type;
	object->temporary = name->relpersistence == RELPERSISTENCE_TEMP;
	dbc_lint_record_create(r->session, object);
	return object;
}

dbc_lint_object *
dbcpg_lint_find_catalog_object(dbcpg_lint_analyzer *r, Oid oid)
{
	const dbcpg_lint_relation *known = *place_of(r, oid);
	dbc_lint_object *object;
	const char *name;
	const char *schema;
	bool is_new;

	if (known)
		return known->dropped ? NULL : known->object;
	name = dbcpg_lint_catalog_name(oid, &schema);
	if (!name)
		return NULL;
	object = dbc_lint_find_object(r->session, "table",
								  dbcpg_lint_copy_text(r, schema),
								  dbcpg_lint_copy_text(r, name), &is_new);
	return is_new ? bind_relation(r, object, oid) : shared_object(object);
}

dbcpg_lint_relation *
dbcpg_lint_get_relation(const dbc_lint_object *object)
{
	return object->engine;
}

/* Drops the qualified or unqualified variant of an object's name. */
static void
drop_other_name(dbcpg_lint_analyzer *r, const dbc_lint_object *object)
{
	const char *usual = dbcpg_lint_catalog_default_schema();
	dbc_lint_object *other;
	bool is_new;

	if (!usual || (object->schema && strcmp(object->schema, usual) != 0))
		return;
	other = dbc_lint_find_object(
		r->session, object->type,
		object->schema ? NULL : dbcpg_lint_copy_text(r, usual), object->name,
		&is_new);
	if (is_new || other->engine == object->engine)
		dbc_lint_record_drop(r->session, other);
}

void
dbcpg_lint_record_drop(dbcpg_lint_analyzer *r, dbc_lint_object *object)
{
	if (object->engine)
		dbcpg_lint_get_relation(object)->dropped = true;
	drop_other_name(r, object);
	dbc_lint_record_drop(r->session, object);
}

void
dbcpg_lint_record_rename(dbcpg_lint_analyzer *r, dbc_lint_object *object,
						 const char *name)
{
	bool is_new;

	drop_other_name(r, object);
	dbc_lint_record_rename(r->session, object, name);
	if (!object->engine)
		return;
	dbcpg_lint_get_relation(object)->renamed = true;
	dbcpg_lint_get_relation(object)->object = dbc_lint_find_object(
		r->session, object->type, object->schema, name, &is_new);
}

void
dbcpg_lint_record_move(dbcpg_lint_analyzer *r, dbc_lint_object *object,
					   const char *schema)
{
	dbcpg_lint_relation *relation = dbcpg_lint_get_relation(object);
	bool is_new;
	dbc_lint_object *moved = dbc_lint_find_object(
		r->session, object->type, dbcpg_lint_copy_text(r, schema), object->name,
		&is_new);
	dbc_lint_object names = *moved;

	if (moved == object) /* already there */
		return;
	*moved = *object;
	moved->schema = names.schema;
	moved->shown = names.shown;
	relation->renamed = true;
	relation->object = moved;
	dbc_lint_record_drop(r->session, object);
}

dbc_lint_object *
dbcpg_lint_find_other_object(dbcpg_lint_analyzer *r, const char *type,
							 List *names)
{
	const char *schema = list_length(names) > 1
							 ? strVal(list_nth(names, list_length(names) - 2))
							 : NULL;
	bool is_new;

	return dbc_lint_find_object(
		r->session, type, dbcpg_lint_copy_text(r, schema),
		dbcpg_lint_copy_text(r, strVal(llast(names))), &is_new);
}
