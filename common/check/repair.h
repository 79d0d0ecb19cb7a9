/*
 * repair.h
 *	  Repairing rows: what the core asks of host->repair(), and what the files
 *	  about repairs share.
 */
#ifndef DBC_CHECK_REPAIR_H
#define DBC_CHECK_REPAIR_H

#include "common/check/check.h"
#include "common/core/json_write.h"

/* Why rows of a table are acted on. */
typedef struct dbc_check_repair_cause
{
	const char *constraint; /* or rule */
	const char *condition;	/* SQL that is true for them; columns are those of
							 * the table, qualified by its name alone */
	const char *reason;		/* in words */
	int64_t rows;			/* so many were found */
} dbc_check_repair_cause;

/* Rows of one table that are removed, or changed, together. */
struct dbc_check_repair_step
{
	int64_t repair_id;
	int64_t number;					/* within the repair */
	const dbc_relation *table;		/* not partitioned */
	dbc_check_repair_cause *causes; /* of several the first one counts */
	int ncauses;
	const char *except;		 /* condition of rows to pass over, or NULL */
	const char *assignments; /* of an UPDATE; NULL removes the rows */
	const char *demands;	 /* [PG] condition that rows to be put back must not
							  * violate, or NULL */
};

/* Columns of check/repair_steps.sql. */
enum
{
	DBC_STEP_NUMBER,
	DBC_STEP_TABLE,
	DBC_STEP_ACTION,
	DBC_STEP_ROWS
};

/* A foreign key as one table with rows has it; see check/repair_keys.sql. */
typedef struct dbc_check_foreign_key
{
	dbc_relation table;		 /* not partitioned */
	const char *root;		 /* table it is a partition of, or itself */
	const char *parent_root; /* likewise of the parent */
	const char *name;	  /* NULL until dbc_check_foreign_key_name() is asked */
	const char *columns;  /* "a, b", quoted as needed */
	const char *orphaned; /* condition of rows without parent */
	const char *nulls;	  /* assignments that set it to null, ... */
	const char *delete_nulls; /* ... those of ON DELETE SET NULL ... */
	const char *defaults;	  /* ... and of SET DEFAULT */
	const char *not_null;	  /* the first of its columns that is NOT NULL */
	const char *on_delete;	  /* cascade, set_null, set_default or none */
	const char *reason;		  /* why its rows cannot be seen, else NULL */
	const char *lost;		  /* what check/gone.sql makes a condition of ... */
	const char *named;		  /* ... with these columns of parents, or NULL */

	bool chosen;		  /* its orphans are to be repaired */
	bool reached;		  /* its rows or their parents may be changed */
	bool stale;			  /* parents were changed since it was looked at */
	dbc_json_node *steps; /* that did so, or NULL */
	const char *gone;	  /* condition of rows whose parents these took; NULL
						   * to look at all rows */
	bool unsure;		  /* not all rows have been looked at since */
	int64_t before;		  /* orphans before the repair, of those reached */
	const char *action;	  /* what is done in this round, else NULL */
	int64_t repaired;	  /* orphans acted on, ... */
	const char *repair;	  /* ... and how */
	int64_t cascaded;	  /* rows that have lost their parent since ... */
	const char *cascade;  /* ... and what was done about it */
} dbc_check_foreign_key;

/* A data rule and a table with rows it is about. */
typedef struct dbc_check_violated_rule
{
	struct dbc_check_violated_rule *next;
	const char *name;
	dbc_relation table;
	const char *root;	  /* the table it is a partition of, or itself */
	const char *violated; /* condition of rows that violate it */
	const char *assignments;
	const char *reason; /* why its rows cannot be seen, else NULL */
	int64_t rows;
} dbc_check_violated_rule;

/* A damaged index. */
typedef struct dbc_check_damaged_index
{
	const char *index;
	const char *problem;
	const char *statement;
} dbc_check_damaged_index;

/* A repair: check/repair_cascade.c does the foreign keys of it. */
typedef struct dbc_check_repair
{
	dbc_host *host;
	bool dry_run;
	bool set_null;	  /* orphans are, else they are removed */
	const char *root; /* the one table to repair, else NULL */

	dbc_check_foreign_key *keys;
	int nkeys;
	dbc_check_violated_rule *rules;
	bool named_rules;				 /* they were asked for by name */
	dbc_check_violated_rule *unseen; /* rules with a reason */
	dbc_check_damaged_index *indexes;
	int nindexes;

	int64_t id;
	int64_t steps;			   /* so far */
	const dbc_relation *table; /* one that is at work, or in the way; or NULL */
	const char *obstacle; /* why a dry run could not be taken back, or NULL */
} dbc_check_repair;

/* The tables with the rows of the table of a name; fails if it is none of the
 * user's. */
extern const dbc_rows *dbc_check_find_partitions(dbc_host *host,
												 const char *name);
enum
{
	DBC_PART_SCHEMA,
	DBC_PART_NAME,
	DBC_PART_SHOWN,
	DBC_PART_ROOT /* the table it is a partition of, or itself */
};

/* Reads the foreign keys; all, or those of the one table, are chosen if they
 * have orphans and these are to be repaired. */
extern void dbc_check_read_foreign_keys(dbc_check_repair *r, bool orphans);

/* The name of a foreign key. */
extern const char *dbc_check_foreign_key_name(dbc_check_repair *r,
											  dbc_check_foreign_key *key);

/* Notes that the last step has changed rows of a table. */
extern void dbc_check_mark_changed(dbc_check_repair *r, const char *root);

/* Keeps others from writing to a table. */
extern void dbc_check_lock_table(dbc_check_repair *r, const char *shown);

/* Locks all tables of keys that are reached, and counts their orphans. */
extern void dbc_check_prepare_foreign_keys(dbc_check_repair *r);

/* Acts on the orphans of the chosen keys, then on rows that lose their parent
 * to the repair, until there are none. */
extern void dbc_check_repair_orphans(dbc_check_repair *r);
extern void dbc_check_repair_cascade(dbc_check_repair *r);

/* Fails if the repair has left orphans that were not there before. */
extern void dbc_check_verify_foreign_keys(dbc_check_repair *r);

/* What a repair has done or would do besides what was asked for, as a sentence;
 * NULL if nothing. */
extern const char *dbc_check_describe_cascade(const dbc_check_repair *r);

/* Emits the result of a repair. */
extern void dbc_check_report_repair(dbc_check_repair *r);

/* ---- check/table_identity.c ---- */

/* Notes what the tables of a repair are. */
extern void dbc_check_save_table_identities(dbc_host *host, int64_t repair_id);

/* Fails unless the table of a step is the one that the repair has changed; sets
 * what it demands of rows since then.  Returns whether it can only be told by
 * its name, owner and columns, in a copy of the database. */
extern bool dbc_check_require_table(dbc_host *host,
									dbc_check_repair_step *step);

/* Acts on rows of a table, which is at work meanwhile. */
extern int64_t dbc_check_run_step(dbc_check_repair *r, dbc_repair_action act,
								  dbc_check_repair_step *step);

/* ---- check/repair_refused.c ---- */

/* Notes that rows may be changed, of all tables with something to repair. */
extern void dbc_check_mark_all_reached(dbc_check_repair *r);

/* Whether something that an owner has made has stopped a repair: what was to be
 * repaired there, and not asked for by name, is then among what is unknown, and
 * the repair can start again without it. */
extern bool dbc_check_skip_refused(dbc_check_repair *r, const dbc_error *error);

/* ---- check/undo.c ---- */

/* Puts all rows of a repair back, the last step first; tells of each step in
 * relations, and returns their number; *elsewhere is set if this is a copy of
 * the database that was repaired, and *table, if asked for, is the one at work.
 */
extern int64_t dbc_check_undo_repair(dbc_host *host, int64_t repair_id,
									 dbc_json_node *relations, bool *elsewhere,
									 const dbc_relation **table);

#endif /* DBC_CHECK_REPAIR_H */
