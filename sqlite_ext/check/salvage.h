/*
 * salvage.h
 *	  Saving the rows of a damaged file: shared declarations.
 */
#ifndef DBCSL_CHECK_SALVAGE_H
#define DBCSL_CHECK_SALVAGE_H

#include "sqlite_ext/check/btree.h"

#include "common/check/host.h"
#include "common/core/json_write.h"

/* SQLite's limit of the depth of a tree. */
#define DBCSL_DEEPEST 20

/* Rowids of a table that were in pages that cannot be read. */
typedef struct dbcsl_lost_range
{
	int64_t after; /* the first one is greater */
	int64_t last;
} dbcsl_lost_range;

/* A table of the damaged file, and of the new one. */
typedef struct dbcsl_salvaged_table
{
	const char *name;
	const char *sql;
	int64_t root;
	bool created; /* in the new file */
	bool has_rowid;
	int rowid_column;		/* of the record, which is its rowid; -1: none */
	int ncolumns;			/* of a record */
	const char **columns;	/* in the order of a record; NULL: generated */
	sqlite3_stmt **inserts; /* by number of values */
	int64_t rows;
	int64_t from_backup;
	dbcsl_lost_range *ranges;
	int nranges;
	bool is_damaged;
} dbcsl_salvaged_table;

/* An entry of the schema that is no table with rows. */
typedef struct dbcsl_salvaged_object
{
	const char *type;
	const char *name;
	const char *sql;
} dbcsl_salvaged_object;

typedef struct dbcsl_salvage
{
	dbcsl_host *h;
	const dbc_check_salvage *call;
	sqlite3_file *file; /* of the damaged database, and its log */
	sqlite3_file *log;
	sqlite3_file *journal;
	char *names[3];
	sqlite3 *out;
	bool made; /* its file */
	dbcsl_page_file f;
	int encoding; /* of text: SQLITE_UTF8 and so on */
	int64_t last; /* page that can be there */
	unsigned char *owned;
	unsigned char *pages[DBCSL_DEEPEST]; /* of a walk, by depth */
	unsigned char *payload;				 /* of a row with overflow pages */
	int64_t payload_room;
	dbcsl_field *fields;
	bool free_pages_known;
	dbcsl_salvaged_table *tables;
	int ntables;
	dbcsl_salvaged_object *objects;
	int nobjects;
	sqlite3_stmt *stray; /* inserts into lost_and_found */
	int64_t nstray;
	dbc_json_node *lost;
} dbcsl_salvage;

/* ---- check/salvage_file.c ---- */

/* Opens the damaged file, and finds its pages even without a valid header. */
extern void dbcsl_check_salvage_open(dbcsl_salvage *s);
extern void dbcsl_check_salvage_close(dbcsl_salvage *s);

/* Notes what is lost; page 0: of no page. */
extern void dbcsl_check_salvage_note(dbcsl_salvage *s, const char *object,
									 int64_t page, const char *problem);

/* ---- check/salvage_row.c ---- */

/* Makes the new file and the tables of the schema in it. */
extern void dbcsl_check_salvage_create(dbcsl_salvage *s);

/* Empties a table that inserts into others have changed. */
extern void dbcsl_check_salvage_begin_rows(dbcsl_salvage *s,
										   const dbcsl_salvaged_table *t);

/* Inserts a record; false if it cannot be a row of the table. */
extern bool dbcsl_check_salvage_insert(dbcsl_salvage *s,
									   dbcsl_salvaged_table *t, int64_t rowid,
									   int nfields);

/* Whether a record can be a row of a table. */
extern bool dbcsl_check_salvage_fits(const dbcsl_salvage *s,
									 const dbcsl_salvaged_table *t,
									 int nfields);

/* Inserts a record that belongs to no table. */
extern void dbcsl_check_salvage_insert_stray(dbcsl_salvage *s, int64_t page,
											 int64_t rowid, int nfields);

/* Takes rows that were lost from a file that was restored from a backup. */
extern void dbcsl_check_salvage_merge(dbcsl_salvage *s);

/* Makes indexes, triggers and views, and commits. */
extern void dbcsl_check_salvage_finish(dbcsl_salvage *s);

/* ---- check/salvage.c ---- */

/* dbcheck_salvage(); see check/host.h. */
extern void dbcsl_check_salvage(dbc_host *host, const dbc_check_salvage *call,
								dbc_json_node *result);

#endif /* DBCSL_CHECK_SALVAGE_H */
