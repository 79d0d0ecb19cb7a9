/*
 * archive.h
 *	  Deleted rows that can be restored: shared declarations of the room.
 *
 * Triggers store the deleted rows of a table with mode trash, and of the tables
 * that its cascades delete from, in dbcare's table trash.  What one command has
 * deleted is a batch, and is restored together.
 */
#ifndef DBC_ARCHIVE_ARCHIVE_H
#define DBC_ARCHIVE_ARCHIVE_H

#include "common/core/json_write.h"
#include "common/row/host.h"
#include "common/row/spelling.h"

/* The name by which a call that applies policies locks this work. */
#define DBC_ARCHIVE_POLICIES "retention policies"

/* How deleted rows of a table are kept: "flag", "trash" or NULL. */
extern const char *dbc_archive_mode(dbc_host *host, const dbc_relation *table);

/* [PG] The cluster and database that the OID of a table is of; NULL if that is
 * not known, or takes a question. */
extern const char *dbc_archive_place(dbc_host *host, const dbc_relation *table);

/* The number by which policies and the list of tables whose deleted rows are
 * kept know a table, whatever its name. */
extern int64_t dbc_archive_know_table(dbc_host *host,
									  const dbc_relation *table);

/* [SQLite] Drops the triggers that have numbers which are no longer needed. */
extern void dbc_archive_forget_tables(dbc_host *host);

/* [SQLite] Rows of the trash after one number up to another are going to be
 * deleted for good: what they have lost is no longer theirs to get back. */
extern void dbc_archive_lose_links(dbc_host *host, dbc_value after,
								   dbc_value up_to);

/* The table of an argument, which may no longer exist if the trash has rows of
 * it under this name; *gone is set then, and has no other name. */
extern const dbc_relation *dbc_archive_find_table(dbc_host *host,
												  const dbc_value *relation,
												  dbc_relation *gone);

/* Rows of the trash that have the same columns. */
typedef struct dbc_archive_kept
{
	const char *table; /* the name that it had */
	int64_t number;	   /* of the table, on PostgreSQL */
	int64_t shape;	   /* number of the columns */
} dbc_archive_kept;

/* Copies such rows of a batch to where they are restored from, as a step of a
 * set: all or one (0: all).  New columns get the value that rows have which
 * were there before; fails if a value cannot return to its column as it was, or
 * if another table has the name now. */
extern void dbc_archive_stage(dbc_host *host, int64_t batch,
							  const dbc_archive_kept *kept, int64_t row,
							  dbc_row_step *step);

/* ---- archive/enable.c ---- */

/* Makes what dbcare keeps of renamed tables, and on SQLite of tables with other
 * columns, follow them. */
extern void dbc_archive_follow(dbc_host *host);

/* The same before a call that is about a table; fails if its kept rows may have
 * other columns. */
extern void dbc_archive_follow_table(dbc_host *host, const dbc_relation *table);

/* [SQLite] Makes the triggers know columns that were added, before rows are
 * deleted that they keep. */
extern void dbc_archive_know_columns(dbc_host *host);

/* [SQLite] Stores the present columns of a table. */
extern void dbc_archive_note_shape(dbc_host *host, const dbc_relation *table);

/* Why the rows of a batch cannot be restored, each by itself, as sentences;
 * NULL if they can.  Copies get the number of a set. */
extern const char *dbc_archive_list_conflicts(dbc_host *host, int64_t batch,
											  int64_t set);

/* ---- archive/owner_sql.c ---- */

/* Runs a statement of a policy, or a query that returns one row without
 * writing, with no more rights than the owner of the table has.  Conditions
 * and assignments of the policy find names as rules of the table do; without
 * them it is NULL. */
extern const dbc_rows *
dbc_archive_run_sql(dbc_host *host, const dbc_relation *table, const char *sql);
/* The same for a statement about a partition, with none of their names. */
extern const dbc_rows *dbc_archive_run_sql_about(dbc_host *host,
												 const dbc_relation *partition,
												 const char *sql);
extern const dbc_value *dbc_archive_read_row(dbc_host *host,
											 const dbc_relation *table,
											 const char *query,
											 const char *shapes);

/* ---- archive/upkeep.c ---- */

typedef struct dbc_archive_upkeep_call
{
	const char *relation; /* the only table, or NULL */
	bool dry_run;
	const char *confirm; /* option, or NULL */
} dbc_archive_upkeep_call;

/* Runs vacuum or analyze for the tables from which dbcare deletes rows, and for
 * the trash, or lists what would run; adds the outcome to an object. */
extern void dbc_archive_upkeep(dbc_host *host, const char *command,
							   const dbc_archive_upkeep_call *call,
							   dbc_json_node *result);

#endif /* DBC_ARCHIVE_ARCHIVE_H */
