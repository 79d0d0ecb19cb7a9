/*
 * rebuild.h
 *	  What the files that rebuild a table share.
 */
#ifndef DBCSL_MIGRATE_REBUILD_H
#define DBCSL_MIGRATE_REBUILD_H

#include "common/migrate/rebuild.h"
#include "sqlite_ext/core/copy.h"
#include "sqlite_ext/migrate/digest.h"

/* What is compared before and after. */
typedef struct dbcsl_migrate_rebuild_proof
{
	dbc_buffer old_values; /* the values that stay, of the old table, ... */
	dbc_buffer new_values; /* ... and under the same names of the new one */
	const dbcsl_migrate_digest *digest;
	const dbc_rows *probes;	  /* see migrate/rebuild_proof.c */
	const char **broken;	  /* what is wrong with each, or NULL */
	const dbc_rows *children; /* tables with foreign keys that matter */
	const dbc_rows **orphans; /* of each, or NULL */
} dbcsl_migrate_rebuild_proof;

/* A table while it is rebuilt. */
typedef struct dbcsl_migrate_table_rebuild
{
	dbcsl_host *h;
	dbc_migrate_rebuild *task;
	dbcsl_ddl from;
	dbcsl_ddl to;
	const char **gone; /* columns of the old table that the new one has not */
	int ngone;
	dbc_buffer sql; /* all statements ... */
	size_t ran;		/* ... of which so much has run */
	dbcsl_table_copy copy;
	const dbc_rows *parts;	/* see migrate/rebuild_parts.c */
	const char **temporary; /* triggers, their SQL */
	int ntemporary;
	const dbc_rows *statistics; /* tables that have some of the table */
	const dbc_rows *keys;		/* automatic indexes of the old table */
	dbcsl_migrate_rebuild_proof proof;
} dbcsl_migrate_table_rebuild;

/* ---- migrate/rebuild.c ---- */

/* ---- migrate/rebuild_parts.c ---- */

/* Runs the statements that have been appended since the last time. */
extern void dbcsl_migrate_run_appended(dbcsl_migrate_table_rebuild *r);

/* Takes what belongs to the table out of the way, appending statements; it
 * fails for what needs a column that goes. */
extern void dbcsl_migrate_drop_parts(dbcsl_migrate_table_rebuild *r);

/* Makes it again. */
extern void dbcsl_migrate_restore_parts(dbcsl_migrate_table_rebuild *r);

/* The first column that goes and that SQL names, or NULL. */
extern const char *
dbcsl_migrate_find_dropped_column(const dbcsl_migrate_table_rebuild *r,
								  const char *sql);

/* ---- migrate/rebuild_proof.c ---- */

/* Notes how everything is, and then fails unless it is the same. */
extern void dbcsl_migrate_record_before(dbcsl_migrate_table_rebuild *r);
extern void dbcsl_migrate_compare_values(dbcsl_migrate_table_rebuild *r);
extern void dbcsl_migrate_compare_after(dbcsl_migrate_table_rebuild *r);

/* ---- migrate/rebuild.c ---- */

extern void dbcsl_migrate_rebuild_table(dbc_host *host,
										dbc_migrate_rebuild *task);

#endif /* DBCSL_MIGRATE_REBUILD_H */
