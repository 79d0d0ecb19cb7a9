/*
 * purge.h
 *	  Deleting rows for good.
 *
 * Rows are deleted in short transactions, each of which excludes holding rows.
 * The statement that deletes tests the holds.
 */
#ifndef DBC_ARCHIVE_PURGE_H
#define DBC_ARCHIVE_PURGE_H

#include "common/archive/files.h"
#include "common/archive/flag.h"
#include "common/batch/batch.h"
#include "common/core/json_write.h"

/* The longest place in a table, in bytes: memory of a step does not last. */
#define DBC_ARCHIVE_PLACE_MAX 65536

/* What a purge has done so far. */
typedef struct dbc_archive_purged
{
	int64_t rows;		 /* deleted */
	int64_t steps;		 /* transactions that deleted rows */
	int64_t last_turn;	 /* the last of them, in mode flag */
	int64_t rows_before; /* deleted before this pass over the table ... */
	int64_t rows_left;	 /* ... and marked rows that it began with */
} dbc_archive_purged;

/* The tables whose deleted rows may be of other columns now. */
typedef struct dbc_archive_moved
{
	const dbc_rows *tables; /* NULL: not listed yet */
	int64_t version;		/* [SQLite] of the schema then */
} dbc_archive_moved;

typedef struct dbc_archive_purge
{
	const dbc_relation *table;
	dbc_archive_moved moved;
	const char *mode;		  /* flag or trash */
	const char *cutoff;		  /* rows deleted until then are purged */
	const char *past;		  /* condition that a marked row is one of these */
	const char *marked_at;	  /* expression for when it was marked */
	const dbc_row_named *row; /* the only row to purge, or NULL */
	const char *identities; /* what identifies it in the trash, for {listed:} */
	int64_t batch;			/* the only batch to purge, or 0 */
	int64_t policy;			/* whose runs have what was done, or 0 */
	bool failed;			/* the purge for a policy */
	dbc_archive_purged done;
	dbc_archive_purged kept; /* before the last batch, in mode flag */
	const dbc_rows *files;	 /* columns with paths of files */

	/* mode trash: numbers of the trash that are left */
	int64_t after;
	int64_t up_to;
	int64_t range_rows;		  /* most rows of a range */
	int64_t hold;			  /* last hold when batches were tested */
	int64_t tested[2];		  /* batches at the ends of the last range, or 0 */
	bool wanted[2];			  /* whether they are purged */
	const dbc_sql *statement; /* that deletes the rows */
	const char *unpurgeable;  /* tables whose batches are left, JSON */

	/* mode flag */
	dbc_batch_table keys;
	char *place; /* rows up to it are done; empty: none */
	char *kept_place;
	const char *end;
	dbc_batch_run run;
} dbc_archive_purge;

/* ---- archive/purge.c ---- */

/* Lists these tables, after the trash has got the present names of tables. */
extern dbc_archive_moved dbc_archive_list_moved(dbc_host *host);

/* Reads what is purged of p->table: rows deleted so many days ago.  What has
 * moved is listed again if the schema has changed since. */
extern void dbc_archive_read_purge(dbc_host *host, dbc_archive_purge *p,
								   int64_t days);

/* Purges it, in separate transactions. */
extern void dbc_archive_execute_purge(dbc_host *host, dbc_archive_purge *p);

/* What that would delete. */
extern void dbc_archive_preview_purge(dbc_host *host,
									  const dbc_archive_purge *p,
									  dbc_json_node *result);

/* Adds the batches to a result that are left because the caller may not delete
 * all of their rows, if there are any. */
extern void dbc_archive_put_left(dbc_host *host, const dbc_archive_purge *p,
								 dbc_json_node *result);

/* ---- archive/purge_flag.c ---- */

/* The conditions that a marked row of the table is old enough and chosen, and
 * that it is purged. */
extern const char *dbc_archive_flag_scope(dbc_host *host,
										  const dbc_archive_purge *p);
extern const char *dbc_archive_flag_condition(dbc_host *host,
											  const dbc_archive_purge *p);

/* Prepares a purge of marked rows, and deletes the next ones. */
extern void dbc_archive_begin_flag(dbc_host *host, dbc_archive_purge *p);
extern void dbc_archive_step_flag(dbc_host *host, dbc_batch_run *run);

/* Memory for a place that outlasts a step, at first before the first row; and
 * storing one there, NULL as the empty text.  Fails if it is too long. */
extern char *dbc_archive_new_place(dbc_host *host);
extern void dbc_archive_save_place(dbc_host *host, char *saved,
								   const char *table_name, const char *place);

#endif /* DBC_ARCHIVE_PURGE_H */
