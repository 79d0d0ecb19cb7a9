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

/* Numbers of the sets of deleted and of restored rows, see row/host.h. */
#define DBC_UNDO_DELETED  INT64_MIN
#define DBC_UNDO_RESTORED (INT64_MIN + 1)

/* A table with changes. */
typedef struct dbc_undo_table
{
	dbc_audit_replay base; /* without rows */
	dbc_audit_parts parts;
	/* entries that the caller has chosen */
	int64_t first;
	int64_t last;
	bool is_odd; /* keys may be written in two ways */
	/* keys of held rows, if these are kept; sorted, if a key has one spelling
	 */
	const char **held;
	int nheld;
	bool is_exact;
	/* that insert rows of each part, then those that update them; number 0: no
	 * rows of it yet */
	dbc_row_step *steps;
	/* numbers of the steps with the rows that are deleted alone, and with the
	 * deleted rows that are back; 0: none */
	int64_t removed;
	int64_t returned;
} dbc_undo_table;

/* Some rows of a table, and all entries about them: no other row had or got
 * their keys by an update. */
typedef struct dbc_undo_slice
{
	struct dbc_undo *undo;
	dbc_undo_table *table;
	dbc_audit_replay replay;
	dbc_audit_replay present;  /* rows with other changes, as they are */
	const dbc_value **entries; /* that are undone, the newest first */
	int nentries;
	bool lasts; /* its memory, until the undo ends */
	/* per row of the replay */
	bool *existed; /* before the undo */
	bool *kept;	   /* stays as it is, because of a conflict */
} dbc_undo_slice;

/* Conflicts that are listed. */
#define DBC_UNDO_LISTED 20

/* An entry that is not undone has changed a row, or, if that is 0, the row is
 * held. */
typedef struct dbc_undo_conflict
{
	dbc_undo_table *table;
	int64_t entry;
	const char *key; /* or NULL: that of entry about */
	int64_t about;
} dbc_undo_conflict;

/* Rows are read in slices, and what they become is stored where rows are
 * restored from, with the set of restored rows: memory does not grow with the
 * rows, but with those whose keys have changed since. */
typedef struct dbc_undo
{
	dbc_host *host;
	dbc_value chosen[4]; /* as the macro in SQL about them has it */
	int64_t entries;
	dbc_undo_table *tables;
	int ntables;
	bool keeps;		 /* rows with conflicts ... */
	bool overwrites; /* ... or undoes later changes of them, too */
	bool fires;		 /* triggers */
	bool writes;	 /* rows are stored or changed */
	dbc_undo_conflict conflicts[DBC_UNDO_LISTED];
	int64_t nconflicts;
	int64_t kept; /* rows */
	int64_t step; /* number of the last one */
	int64_t rows;
} dbc_undo;

/* ---- undo_read.c ---- */

/* Arguments of the macro about entries that are undone, for entry id, or all if
 * that is null, up to entry last. */
#define DBC_UNDO_CHOSEN(undo, id, last) \
	(id), (undo)->chosen[1], (undo)->chosen[2], (undo)->chosen[3], (last)

/* Reads the rows of a table; stores what they become. */
extern void dbc_audit_undo_read_table(dbc_undo *undo, dbc_undo_table *table);

/* ---- undo_conflict.c ---- */

/* Adds an entry that is undone, and the rows that it is about. */
extern void dbc_audit_undo_add_entry(dbc_undo_slice *slice,
									 const dbc_value *entry);

/* Sorts the entries that are undone, the newest first. */
extern void dbc_audit_undo_sort_entries(dbc_undo_slice *slice);

/* Finds the conflicts of all rows; those that are overwritten may lead to
 * others. */
extern void dbc_audit_undo_find_conflicts(dbc_undo_slice *slice);

/* Reads which rows of a table are held. */
extern void dbc_audit_undo_read_held(dbc_host *host, dbc_undo_table *table);

/* Keeps held rows, and the rows that had or got the key of one that is kept. */
extern void dbc_audit_undo_spread_kept(dbc_undo_slice *slice);

/* ---- undo_listed.c ---- */

/* Adds a conflict of a row. */
extern void dbc_audit_undo_add_conflict(dbc_undo_slice *slice,
										const dbc_audit_row *row,
										int64_t entry);

/* Fails if there are conflicts, unless the caller has said what to do. */
extern void dbc_audit_undo_refuse_conflicts(dbc_undo *undo);

/* The conflicts as JSON. */
extern dbc_json_node *dbc_audit_undo_list_conflicts(dbc_undo *undo);

/* ---- undo_change.c, undo_trash.c ---- */

/* Changes the rows of all tables. */
extern void dbc_audit_undo_change(dbc_undo *undo);

/* Stores the rows of a slice that leave the list of deleted rows, because the
 * undo brings them back; and removes all of these from it. */
extern void dbc_audit_undo_find_deleted(dbc_undo_slice *slice);
extern void dbc_audit_undo_forget_deleted(dbc_undo *undo);

#endif /* DBC_AUDIT_UNDO_H */
