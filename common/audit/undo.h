/*
 * undo.h
 *	  What the files of dbaudit_undo share.
 */
#ifndef DBC_AUDIT_UNDO_H
#define DBC_AUDIT_UNDO_H

#include "common/audit/part.h"
#include "common/audit/replay.h"
#include "common/core/json_write.h"
#include "common/core/text.h"
#include "common/row/host.h"

/* A table with changes. */
typedef struct dbc_undo_table
{
	dbc_audit_replay replay;
	dbc_audit_replay present; /* rows with other changes, as they are */
	dbc_audit_parts parts;
	const dbc_value **entries; /* that are undone, the newest first */
	int nentries;
	int first; /* those of the caller, rows of undo.entries */
	int end;
	/* per row of the replay */
	bool *existed; /* before the undo */
	bool *kept;	   /* stays as it is, because of a conflict */
} dbc_undo_table;

typedef struct dbc_undo
{
	dbc_host *host;
	const dbc_rows *entries;
	dbc_undo_table *tables;
	int ntables;
	dbc_row_step *steps; /* that insert rows */
	int nsteps;
	bool keeps;			   /* rows with conflicts ... */
	bool overwrites;	   /* ... or undoes later changes of them, too */
	bool fires;			   /* triggers */
	dbc_buffer conflicts;  /* as sentences ... */
	dbc_json_node *listed; /* ... and as JSON */
	int nconflicts;
	int64_t kept; /* rows */
	int64_t step; /* number of the last one */
	int64_t rows;
} dbc_undo;

/* Adds an entry that is undone, and the rows that it is about. */
extern void dbc_undo_add_entry(dbc_undo *undo, dbc_undo_table *table,
							   const dbc_value *entry);

/* Finds the conflicts of all rows; those that are overwritten may lead to
 * others. */
extern void dbc_undo_find_conflicts(dbc_undo *undo, dbc_undo_table *table);

/* Fails if there are conflicts, unless the caller has said what to do. */
extern void dbc_undo_refuse_conflicts(const dbc_undo *undo);

/* Keeps held rows, and the rows that had or got the key of one that is kept. */
extern void dbc_undo_spread_kept(dbc_undo *undo, dbc_undo_table *table);

/* Changes the rows of all tables; for dbc_guard(). */
extern void dbc_undo_change(dbc_host *host, void *undo);

/* Removes rows that the undo has brought back from the list of deleted rows. */
extern void dbc_undo_forget_deleted(dbc_undo *undo);

#endif /* DBC_AUDIT_UNDO_H */
