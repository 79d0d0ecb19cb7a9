/*
 * track.h
 *	  What migrate/track.c records of the schema, and migrate/changes.c of
 *	  tables.
 */
#ifndef DBCSL_MIGRATE_TRACK_H
#define DBCSL_MIGRATE_TRACK_H

#include "common/migrate/host.h"
#include "sqlite_ext/migrate/digest.h"

/* A row of sqlite_schema. */
typedef struct dbcsl_migrate_schema_entry
{
	int64_t number; /* rowid */
	const char *type;
	const char *name;
	const char *table;
	const char *sql; /* or NULL */
	bool shadow;	 /* belongs to a virtual table */
	bool differs;	 /* the other state has no equal entry */
} dbcsl_migrate_schema_entry;

/* All rows, in order of number. */
typedef struct dbcsl_migrate_schema_entries
{
	dbcsl_migrate_schema_entry *items;
	size_t count;
} dbcsl_migrate_schema_entries;

/* A table that was written. */
typedef struct dbcsl_migrate_written_table
{
	struct dbcsl_migrate_written_table *next;
	const char *name;
	const dbcsl_migrate_digest *before;
	const char *text; /* its former digest, once it can be compared */
} dbcsl_migrate_written_table;

typedef struct dbcsl_migrate_tracking
{
	dbcsl_migrate_schema_entries before;
	dbcsl_migrate_schema_entries now;
	dbcsl_migrate_written_table *tables;
} dbcsl_migrate_tracking;

/* ---- migrate/schema.c ---- */

/* The objects in rows with the type, name, table, text and order of entries. */
extern const dbc_rows *
dbcsl_migrate_list_objects(dbcsl_host *h, const dbc_rows *text, bool whole);

/* ---- migrate/preview.c ---- */

extern const dbc_rows *dbcsl_migrate_preview(dbc_host *host,
											 const dbc_script *script);

/* ---- migrate/track.c ---- */

extern void dbcsl_migrate_track(dbc_host *host, bool on);
extern bool dbcsl_migrate_read_changes(dbc_host *host, dbc_moment moment,
									   dbc_changes *touched);

/* ---- migrate/changes.c ---- */

/* Whether an entry is a virtual table. */
extern bool
dbcsl_migrate_is_virtual_table(const dbcsl_migrate_schema_entry *entry);

/* The written tables in their present state, and the new ones. */
extern const dbc_rows *
dbcsl_migrate_list_tables_now(dbcsl_host *h, dbcsl_migrate_tracking *tracked);

/* The written tables in their former state. */
extern const dbc_rows *
dbcsl_migrate_list_tables_before(dbcsl_host *h,
								 const dbcsl_migrate_tracking *tracked);

#endif /* DBCSL_MIGRATE_TRACK_H */
