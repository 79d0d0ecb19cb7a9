/*
 * repair.h
 *	  Repairing rows: shared declarations of the files about repairs.
 */
#ifndef DBC_CHECK_REPAIR_H
#define DBC_CHECK_REPAIR_H

#include "common/check/check.h"
#include "common/core/json_write.h"
#include "common/row/host.h"
#include "common/row/unfired.h"

/* Columns of check/repair_steps.sql. */
enum
{
	DBC_STEP_NUMBER,
	DBC_STEP_TABLE,
	DBC_STEP_ACTION,
	DBC_STEP_ROWS
};

/* A foreign key of one table with rows; see check/repair_keys.sql. */
typedef struct dbc_check_foreign_key
{
	dbc_relation table;		 /* not partitioned */
	const char *root;		 /* table it is a partition of, or itself */
	const char *parent_root; /* the same for the parent */
	const char *name;	 /* NULL until dbc_check_foreign_key_name() is called */
	const char *columns; /* "a, b", quoted as needed */
	const char *orphaned;	  /* condition of rows without parent */
	const char *nulls;		  /* assignments that set it to null, ... */
	const char *delete_nulls; /* ... those of ON DELETE SET NULL ... */
	const char *defaults;	  /* ... and of SET DEFAULT */
	const char *not_null;	  /* the first column that is NOT NULL */
	const char *on_delete;	  /* cascade, set_null, set_default or none */
	const char *reason;		  /* why the rows cannot be read, else NULL */
	const char *lost;		  /* query template of check/new_orphans.sql */
	const char *named;		  /* columns of parents for it, or NULL */

	bool chosen;		  /* its orphans are to be repaired */
	bool reached;		  /* its rows or their parents may be changed */
	bool stale;			  /* parents were changed since it was last searched */
	dbc_json_node *steps; /* the steps that changed them, or NULL */
	const char *new_orphans; /* condition of rows whose parents these steps
						deleted; NULL: search all rows */
	bool incomplete;		 /* not all rows have been searched since */
	int64_t before;			 /* orphans before the repair, if reached */
	const char *action;		 /* what to do in this round, else NULL */
	int64_t repaired;		 /* number of repaired orphans */
	const char *repair;		 /* how they were repaired */
	int64_t cascaded;		 /* rows that have since become orphans */
	const char *cascade;	 /* how those were repaired */
} dbc_check_foreign_key;

/* A data rule, and a table whose rows violate it. */
typedef struct dbc_check_violated_rule
{
	struct dbc_check_violated_rule *next;
	const char *name;
	dbc_relation table;
	const char *root;	  /* the table it is a partition of, or itself */
	const char *violated; /* condition of rows that violate it */
	const char *assignments;
	const char *reason; /* why the rows cannot be read, else NULL */
	int64_t rows;
} dbc_check_violated_rule;

/* A damaged index. */
typedef struct dbc_check_damaged_index
{
	const char *index;
	const char *problem;
	const char *statement;
} dbc_check_damaged_index;

/* A repair; check/repair_cascade.c repairs its foreign keys. */
typedef struct dbc_check_repair
{
	dbc_host *host;
	bool dry_run;
	bool set_null;	  /* orphans are set to null, not deleted */
	bool fires;		  /* triggers */
	const char *root; /* the only table to repair, or NULL */

	dbc_check_foreign_key *keys;
	int nkeys;
	dbc_check_violated_rule *rules;
	bool named_rules;				 /* they were requested by name */
	dbc_check_violated_rule *unread; /* those with a reason */
	dbc_check_damaged_index *indexes;
	int nindexes;

	int64_t id;
	int64_t steps; /* number of steps so far */
	/* the table being repaired or in the way, or NULL */
	const dbc_relation *table;
	/* why the repair of a dry run could not be undone, or NULL */
	const char *obstacle;
	dbc_row_unfired unfired;
} dbc_check_repair;

/* Reads the foreign keys; if orphans is set, chooses those with orphans, of
 * r->root or of all tables. */
extern void dbc_check_read_foreign_keys(dbc_check_repair *r, bool orphans);

/* The name of a foreign key, derived if the engine does not store it. */
extern const char *dbc_check_foreign_key_name(dbc_check_repair *r,
											  dbc_check_foreign_key *key);

/* Records that the last step has changed rows of a table. */
extern void dbc_check_mark_changed(dbc_check_repair *r, const char *root);

/* Locks a table against writes by others. */
extern void dbc_check_lock_table(dbc_check_repair *r, const char *shown);

/* Locks all tables of the reached keys, and counts their orphans. */
extern void dbc_check_prepare_foreign_keys(dbc_check_repair *r);

/* Repairs the orphans of the chosen keys, then rows whose parents the repair
 * deletes, until there are none. */
extern void dbc_check_repair_orphans(dbc_check_repair *r);
extern void dbc_check_repair_cascade(dbc_check_repair *r);

/* Fails if the repair has left orphans that were not there before. */
extern void dbc_check_verify_foreign_keys(dbc_check_repair *r);

/* Describes the cascade of a repair as a sentence; NULL if there was none. */
extern const char *dbc_check_describe_cascade(const dbc_check_repair *r);

extern void dbc_check_report_repair(dbc_check_repair *r);

/* ---- check/table_identity.c ---- */

/* Records the identities of the tables of a repair. */
extern void dbc_check_save_table_identities(dbc_host *host, int64_t repair_id);

/* Fails unless the table of a step is the one that the repair changed; sets
 * step->demands.  Returns true if only name, owner and columns could be
 * compared, as in a copy of the database. */
extern bool dbc_check_require_table(dbc_host *host, dbc_row_step *step);

/* Performs an action on rows of a table, which is recorded for errors. */
extern int64_t dbc_check_run_step(dbc_check_repair *r, dbc_row_action act,
								  dbc_row_step *step);

/* ---- check/lost.c ---- */

/* Refuses the orphans of keys whose parents' rows are lost: in a dry run with a
 * reason in the report. */
extern void dbc_check_refuse_lost(dbc_check_repair *r);

/* ---- check/repair_refused.c ---- */

/* Marks all tables that the repair may change. */
extern void dbc_check_mark_all_reached(dbc_check_repair *r);

/* Whether a repair failed because of an object of a table's owner.  Repairs of
 * that table that were not requested by name are then reported as unknown, and
 * the repair can start again without them. */
extern bool dbc_check_skip_refused(dbc_check_repair *r, const dbc_error *error);

/* ---- check/undo.c ---- */

/* Restores all rows of a repair, the last step first, and returns their number;
 * adds each step to relations, sets *elsewhere in a copy of the repaired
 * database, and *table, if not NULL, to the table being restored.  Triggers
 * fire, or are added to those that do not, or neither, if unfired is NULL. */
extern int64_t dbc_check_undo_repair(dbc_host *host, int64_t repair_id,
									 bool fires, dbc_json_node *relations,
									 bool *elsewhere,
									 const dbc_relation **table,
									 dbc_row_unfired *unfired);

#endif /* DBC_CHECK_REPAIR_H */
