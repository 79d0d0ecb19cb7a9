/*
 * diff.h
 *	  What the files of the diff share.
 */
#ifndef DBCSL_MIGRATE_DIFF_H
#define DBCSL_MIGRATE_DIFF_H

#include "common/migrate/schema_objects.h"
#include "sqlite_ext/sql/ddl.h"

/* A table, index, view or trigger of one of the schemas. */
typedef struct dbcsl_migrate_diff_object
{
	const dbc_migrate_object *object;
	dbcsl_ddl ddl;
	int64_t order; /* its place among those of its schema */
	struct dbcsl_migrate_diff_object
		*other; /* of the same name in the other schema */
	struct dbcsl_migrate_diff_object
		*table;	   /* of an index or a trigger: table or view */
	bool differs;  /* the object, a column or a constraint differs */
	bool replaced; /* it is dropped or created as a whole */
	bool rebuilt;  /* a table that differs, but keeps its rows */
} dbcsl_migrate_diff_object;

/* Whether ALTER TABLE turns one table into the other. */
extern bool dbcsl_migrate_can_alter(dbcsl_host *h,
									const dbcsl_migrate_diff_object *from,
									const dbcsl_migrate_diff_object *to);

/* Append the statements that alter a table, or those that rebuild it with
 * its rows; the latter need foreign_keys = off and legacy_alter_table = on, and
 * leave indexes and triggers to the caller. */
extern void dbcsl_migrate_write_alter(dbc_buffer *out,
									  const dbcsl_migrate_diff_object *from,
									  const dbcsl_migrate_diff_object *to);
extern void dbcsl_migrate_write_rebuild(dbc_buffer *out,
										const dbcsl_migrate_diff_object *from,
										const dbcsl_migrate_diff_object *to);

/* ---- migrate/diff.c ---- */

extern const char *dbcsl_migrate_diff(dbc_host *host,
									  const dbc_migrate_schema *from,
									  const dbc_migrate_schema *to);

/* ---- migrate/diff_table.c ---- */

/* Appends a comment of one line; names in it may contain newlines. */
extern void dbcsl_migrate_write_comment(dbc_buffer *out, const char *format,
										...)
	__attribute__((format(printf, 2, 3)));

#endif /* DBCSL_MIGRATE_DIFF_H */
