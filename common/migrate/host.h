/*
 * host.h
 *	  What the room migrate needs of an engine besides core/host.h.
 */
#ifndef DBC_MIGRATE_HOST_H
#define DBC_MIGRATE_HOST_H

#include "common/core/host.h"

typedef struct dbc_migrate_rebuild
	dbc_migrate_rebuild; /* see migrate/rebuild.h */

/* The schema that schema() lists. */
typedef enum dbc_schema_source
{
	DBC_SCHEMA_NOW,			/* today's, without details and depends_on */
	DBC_SCHEMA_WHOLE,		/* today's, with all columns */
	DBC_SCHEMA_STORED,		/* the one store_schema() saved, without these */
	DBC_SCHEMA_STORED_WHOLE /* the same with all columns */
} dbc_schema_source;

typedef struct dbc_migrate_schema
	dbc_migrate_schema; /* see migrate/schema_objects.h */

/* What tracking has found; an object may be listed before and after. */
typedef struct dbc_changes
{
	const dbc_rows *objects; /* as schema() lists them */
	const dbc_rows *tables;	 /* name, digest of the rows */
	bool complete;			 /* nothing else was changed */
} dbc_changes;

/* The state of the changed objects. */
typedef enum dbc_moment
{
	DBC_NOW,
	DBC_BEFORE
} dbc_moment;

typedef struct dbc_migrate_host
{
	const char *ledger_schema; /* the only schema of mirrored ledgers, or
								* NULL */

	/*
	 * PROC only.  Locks the script of a migration against other processes until
	 * outside() has ended; fails with 55P03 if another one runs it.  NULL where
	 * lock() is enough [PG].
	 */
	void (*lock_script)(dbc_host *host, const char *version);

	/* Unlocks it, if outside() does not.  NULL like lock_script(). */
	void (*unlock_script)(dbc_host *host, const char *version);

	/*
	 * [SQLite] Rebuilds a table as a CREATE TABLE statement defines it, with
	 * its rows, indexes and triggers; see migrate/rebuild.h.  Fails, and
	 * changes nothing, unless it can prove that nothing is lost.
	 */
	void (*rebuild)(dbc_host *host, dbc_migrate_rebuild *task);

	/*
	 * Lists the objects of a schema except those of dbcare, extensions and the
	 * engine: rows with the columns DBC_OBJECT_* of migrate/schema_objects.h,
	 * in any order.
	 */
	const dbc_rows *(*schema)(dbc_host *host, dbc_schema_source source);

	/* Stores today's schema with all columns in dbcare's tables. */
	void (*store_schema)(dbc_host *host);

	/*
	 * Lists the objects that a script creates where none are, with all columns,
	 * and leaves nothing behind.  Fails like run() if the script fails there.
	 */
	const dbc_rows *(*preview)(dbc_host *host, const dbc_script *script);

	/*
	 * SQL that turns one schema into another, each statement ended by ";\n"; a
	 * comment before a statement says what data it destroys.  Both schemas are
	 * read with all columns.
	 */
	const char *(*diff)(dbc_host *host, const dbc_migrate_schema *from,
						const dbc_migrate_schema *to);

	/*
	 * Starts recording what scripts change, from an empty list; off, it stops.
	 * While it is on, the end of a script counts as the end of a transaction:
	 * deferred constraints are checked there.
	 */
	void (*track)(dbc_host *host, bool on);

	/*
	 * What has changed since track(), in its present or former state.  False if
	 * the engine cannot show the former state before the changes are undone:
	 * call it again then.
	 */
	bool (*touched)(dbc_host *host, dbc_moment moment, dbc_changes *touched);
} dbc_migrate_host;

#endif /* DBC_MIGRATE_HOST_H */
