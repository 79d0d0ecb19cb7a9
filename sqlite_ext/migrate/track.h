/*
 * track.h
 *	  What migrate/track.c notes of the schema, and migrate/changes.c of tables.
 */
#ifndef DBCSL_MIGRATE_TRACK_H
#define DBCSL_MIGRATE_TRACK_H

#include "sqlite_ext/core/sqlite_ext.h"

/* A row of sqlite_schema. */
typedef struct dbcsl_entry
{
	int64_t number; /* rowid */
	const char *type;
	const char *name;
	const char *table;
	const char *sql; /* or NULL */
	bool shadow;	 /* belongs to a virtual table */
	bool differs;	 /* there is none like it in the other state */
} dbcsl_entry;

/* All of them, in order of number. */
typedef struct dbcsl_entries
{
	dbcsl_entry *items;
	size_t count;
	size_t room;
} dbcsl_entries;

/* A table that has been written. */
typedef struct dbcsl_written
{
	struct dbcsl_written *next;
	const char *name;
	const dbcsl_digest *before;
	const char *text; /* of before, once that can be compared */
} dbcsl_written;

struct dbcsl_tracked
{
	dbcsl_entries before;
	dbcsl_entries now;
	dbcsl_written *tables;
};

/* ---- migrate/track.c ---- */

/* Whether an entry is a virtual table. */
extern bool dbcsl_is_virtual(const dbcsl_entry *entry);

/* The entry of a table, or NULL. */
extern dbcsl_entry *dbcsl_find_table(const dbcsl_entries *list,
									 const char *name);

/* ---- migrate/changes.c ---- */

/* The tables that were written, as they are now, and those that are new. */
extern const dbc_rows *dbcsl_tables_now(dbcsl_host *h, dbcsl_tracked *tracked);

/* The tables that were written, as they were. */
extern const dbc_rows *dbcsl_tables_before(dbcsl_host *h,
										   const dbcsl_tracked *tracked);

#endif /* DBCSL_MIGRATE_TRACK_H */
