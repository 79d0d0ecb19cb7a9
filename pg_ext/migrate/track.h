/*
 * track.h
 *	  What migrate/track.c records of scripts and migrate/changes.c evaluates.
 */
#ifndef DBCPG_MIGRATE_TRACK_H
#define DBCPG_MIGRATE_TRACK_H

#include "pg_ext/core/host.h"

#include "fmgr.h"
#include "utils/hsearch.h"
#include "utils/resowner.h"
#include "utils/snapshot.h"

#include "pg_ext/migrate/schema.h"

typedef struct dbcpg_migrate_tracking
{
	dbcpg_host *host;
	struct dbcpg_migrate_tracking *outer; /* of a call that runs this one */
	MemoryContext sets;
	HTAB *objects;	/* Oids of any catalog */
	HTAB *programs; /* those of migrate/schema_programs */
	HTAB *made;
	HTAB *dropped;
	HTAB *written;			/* Oids of tables */
	bool others;			/* objects that the schema lists by name only */
	bool everything;		/* too many changes to list */
	const dbc_value *enums; /* migrate/indexed_enums before the first script */
	Snapshot before;
	ResourceOwner owner; /* of the snapshot */
	dbc_sql queries[2];	 /* migrate/schema and schema_programs, limited */
	dbc_value args[2];	 /* their arguments, once known */
	const dbc_rows *tables;
	int level; /* subtransaction level of the changes */
} dbcpg_migrate_tracking;

/* ---- migrate/track.c, migrate/changes.c ---- */

extern void dbcpg_migrate_track(dbc_host *base, bool on);
extern bool dbcpg_migrate_read_changes(dbc_host *base, dbc_moment moment,
									   dbc_changes *touched);

/* Installs the hooks, once per session. */
extern void dbcpg_migrate_install_hooks(void);

/* Stops recording; what has been recorded stays. */
extern void dbcpg_migrate_stop_tracking(dbcpg_migrate_tracking *t);

/* ---- migrate/watch.c ---- */

/* Records the changes of the command that fired an event trigger, unless it is
 * part of a migration. */
extern void dbcpg_migrate_record_change(FunctionCallInfo fcinfo);

#endif /* DBCPG_MIGRATE_TRACK_H */
