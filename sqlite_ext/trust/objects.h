/*
 * objects.h
 *	  The objects of the schemas that a statement can be about, and what of them it
 *	  uses; see reach.c.
 */
#ifndef DBCSL_TRUST_OBJECTS_H
#define DBCSL_TRUST_OBJECTS_H

#include "sqlite_ext/core/host.h"

typedef struct dbcsl_object
{
	const char *schema;
	const char *type;
	const char *name;
	const char *table; /* of an index or a trigger */
	int64_t rowid;
	const char *sql; /* NULL: not read */
	unsigned used;
	/* of the first object with the name of a table: its indexes and triggers */
	struct dbcsl_object *parts;
	struct dbcsl_object *next;
} dbcsl_object;

typedef struct dbcsl_reach
{
	dbcsl_host *h;
	int64_t version;	   /* of the schema of main */
	uint64_t schemas;	   /* that were read, a bit for each in their list */
	bool busy;			   /* statements are its own */
	int scope;			   /* in which the objects were read */
	dbcsl_object *objects; /* sorted by name; NULL: not read */
	int nobjects;
	const dbc_rows *modules; /* NULL: not read */
} dbcsl_reach;

/* The rows of a statement that is prepared once per call. */
extern const dbc_rows *dbcsl_reach_query(dbcsl_reach *r, const char *text,
										 dbc_value arg);

/* Reads the objects of the schemas that a statement can be about, again if the
 * call has changed them. */
extern void dbcsl_read_objects(dbcsl_reach *r, const char *text);

/* The first object of a name, or the place where it would be; and whether it is
 * there. */
extern int dbcsl_find_object(const dbcsl_reach *r, const char *name);
extern bool dbcsl_is_object_named(const dbcsl_reach *r, int place,
								  const char *name);

extern bool dbcsl_is_a(const dbcsl_object *what, const char *type);

#endif /* DBCSL_TRUST_OBJECTS_H */
