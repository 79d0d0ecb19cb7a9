/*
 * host.h
 *	  What migrating asks of an engine besides core/host.h.
 */
#ifndef DBC_MIGRATE_HOST_H
#define DBC_MIGRATE_HOST_H

#include "common/core/host.h"

typedef struct dbc_migrate_rebuild
	dbc_migrate_rebuild; /* see migrate/rebuild.h */

/* Which schema schema() lists. */
typedef enum dbc_schema_source
{
	DBC_SCHEMA_NOW,	  /* today's, to compare: without details, depends_on */
	DBC_SCHEMA_WHOLE, /* today's, with all there is to know */
	DBC_SCHEMA_STORED /* the one store_schema() kept */
} dbc_schema_source;

typedef struct dbc_migrate_schema
	dbc_migrate_schema; /* see migrate/schema_objects.h */

/* What tracking has found; the same things may be in it before and after. */
typedef struct dbc_changes
{
	const dbc_rows *objects; /* as schema() lists them */
	const dbc_rows *tables;	 /* name, digest of the rows */
	bool complete;			 /* that is all that has been changed */
} dbc_changes;

/* Which state of what it has found. */
typedef enum dbc_moment
{
	DBC_NOW,
	DBC_BEFORE
} dbc_moment;

typedef struct dbc_migrate_host
{
	bool has_roles;			   /* a script can run as one */
	const char *ledger_schema; /* the only one that a mirrored ledger may be in,
								* or NULL */

	/*
	 * PROC only.  Fails with 55P03 if another process runs the script of a
	 * migration outside a transaction, and keeps others from it until outside()
	 * has ended.  May be left out where lock() does so [PG].
	 */
	void (*claim)(dbc_host *host, const char *version);

	/*
	 * [SQLite] Makes a table what a CREATE TABLE statement says and keeps its
	 * rows and all that belongs to it; see migrate/rebuild.h.  Fails, and
	 * leaves everything as it was, where it cannot prove that nothing is lost.
	 */
	void (*rebuild)(dbc_host *host, dbc_migrate_rebuild *task);

	/*
	 * Lists the objects of a schema, without those of dbcare, of extensions and
	 * of the engine: rows with the columns DBC_OBJECT_* of
	 * migrate/schema_objects.h, in any order.
	 */
	const dbc_rows *(*schema)(dbc_host *host, dbc_schema_source source);

	/* Keeps today's schema in the bookkeeping, for DBC_SCHEMA_STORED. */
	void (*store_schema)(dbc_host *host);

	/*
	 * SQL that makes one schema another, statement by statement, each ended by
	 * ";\n"; a comment before a statement says what of the data it destroys.
	 * Both are whole (DBC_SCHEMA_WHOLE).
	 */
	const char *(*diff)(dbc_host *host, const dbc_migrate_schema *from,
						const dbc_migrate_schema *to);

	/*
	 * Notes from now on what scripts change, and forgets what it has noted;
	 * off, it stops.  While it is on, the end of each script is taken for the
	 * end of a transaction: what waits for that is done.
	 */
	void (*track)(dbc_host *host, bool on);

	/*
	 * What has been changed since track(), as it is now, and then as it was
	 * before.  False if the engine cannot tell how it was until the changes
	 * have been undone: ask again then.
	 */
	bool (*touched)(dbc_host *host, dbc_moment moment, dbc_changes *touched);
} dbc_migrate_host;

#endif /* DBC_MIGRATE_HOST_H */
