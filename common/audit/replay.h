/*
 * replay.h
 *	  Rows of a logged table as they were: rebuilt backwards from the present
 *	  ones through the changes since.
 */
#ifndef DBC_AUDIT_REPLAY_H
#define DBC_AUDIT_REPLAY_H

#include "common/audit/audit.h"
#include "common/audit/seal.h"
#include "common/row/spelling.h"

/* A column that the log knows. */
typedef struct dbc_audit_column
{
	int64_t number; /* the same when it is renamed */
	const char *name;
	bool in_key;
	/* what changes when ALTER TABLE changes the values, and [PG] the labels of
	 * an enum, as JSON; NULL: nothing does */
	const char *version;
	const char *labels;
	/* of a present column */
	bool is_logged;
	const char *added; /* JSON: value of rows that are older than the column, or
						  NULL */
	bool is_stored;	   /* ... which stays known when the table is rewritten */
} dbc_audit_column;

typedef struct dbc_audit_columns
{
	int64_t shape; /* in audit_shape; 0: of the present table */
	dbc_audit_column *list;
	int count;
	const dbc_audit_column **by_name; /* sorted */
	/* the highest number that a column of the table had then, logged or not;
	 * 0: not known */
	int64_t last;
} dbc_audit_columns;

typedef struct dbc_audit_cell
{
	int64_t column;
	const char *value;			  /* JSON */
	const dbc_audit_column *from; /* the column by the time of the value */
} dbc_audit_cell;

typedef struct dbc_audit_row
{
	const char *key; /* JSON */
	bool exists;
	bool was_deleted; /* by an entry that is taken back */
	const dbc_audit_columns
		*shape; /* of the entry that has deleted it, or NULL */
	/* entries that are taken back; for dbaudit_undo() */
	int64_t first;
	int64_t last;
	dbc_audit_cell *cells;
	int count;
	int *places; /* by the number of a column: place of its cell + 1, or 0 */
	int nplaces;
} dbc_audit_row;

typedef struct dbc_audit_replay
{
	dbc_host *host;
	const dbc_relation *table;
	int64_t id; /* in audited_table */
	const char *statement;
	dbc_audit_columns present;
	dbc_audit_columns last; /* of the last entry */
	dbc_audit_row **rows;
	int nrows;
	int *places; /* hash table of row numbers, from 1 */
	int nplaces; /* a power of two */
	/* names that the columns of the key have had, the present ones first */
	dbc_audit_columns *namings;
	int nnamings; /* 0: not read yet */
} dbc_audit_replay;

/* Columns of audit/moves.sql. */
enum
{
	DBC_NEWER_ID,
	DBC_NEWER_SHAPE,
	DBC_NEWER_COLUMNS,
	DBC_NEWER_ACTION,
	DBC_NEWER_KEY,
	DBC_NEWER_CHANGED,
	/* of audit/newer_rows.sql */
	DBC_NEWER_PLACE,
	DBC_NEWER_IS_CHOSEN
};
#define DBC_NEWER_SHAPES "iijtjj"

/* ---- columns.c ---- */

/* Reads the present columns alone. */
extern void dbc_audit_begin_columns(dbc_audit_replay *replay, dbc_host *host,
									const dbc_relation *table, int64_t id);

/* Parses columns as stored in audit_shape. */
extern dbc_audit_columns dbc_audit_read_columns(dbc_host *host,
												const char *json);

/* The columns of an entry. */
extern const dbc_audit_columns *dbc_audit_columns_of(dbc_audit_replay *replay,
													 const dbc_value *entry);

/* Sets all cells of a row that is JSON. */
extern void dbc_audit_set_cells(dbc_host *host, dbc_audit_row *row,
								const dbc_audit_columns *columns,
								const char *json);

/* The key of a row. */
extern const char *dbc_audit_key_of(dbc_host *host, const dbc_audit_row *row,
									const dbc_audit_columns *columns);

/* The name of a member; NULL if it is not JSON. */
extern const char *dbc_audit_member_name(dbc_host *host,
										 const dbc_audit_member *member);

/* The column of a member of a row; NULL if there is none. */
extern const dbc_audit_column *
dbc_audit_column_of(dbc_host *host, const dbc_audit_columns *columns,
					const dbc_audit_member *member);

/* That of a column; NULL if there is none. */
extern const dbc_audit_cell *dbc_audit_cell_of(const dbc_audit_row *row,
											   int64_t column);

extern void dbc_audit_set_cell(dbc_host *host, dbc_audit_row *row,
							   const dbc_audit_column *column,
							   const char *value);

/* The column of the key after another one, in the order of jsonb; NULL if there
 * is none. */
extern const dbc_audit_column *
dbc_audit_next_of_key(const dbc_audit_columns *columns,
					  const dbc_audit_column *last);

/* ---- replay.c ---- */

/* A row of such a result; values that are not valid UTF-8 in the form of
 * row/exact.h. */
extern const dbc_value *dbc_audit_get_newer(dbc_host *host,
											const dbc_rows *rows, int row,
											const char *shapes);

extern void dbc_audit_begin_replay(dbc_audit_replay *replay, dbc_host *host,
								   const dbc_relation *table, int64_t id);

/* The row with a key; one that does not exist, if it is new. */
extern dbc_audit_row *dbc_audit_row_of(dbc_audit_replay *replay,
									   const char *key);

/* The number of that row; -1 if the replay has none with the key. */
extern int dbc_audit_number_of(dbc_audit_replay *replay, const char *key);
extern int dbc_audit_find_row(const dbc_audit_replay *replay, const char *key);

/* Takes back a change, a row of audit/moves.sql.  Changes of a row must be
 * passed the newest first.  Fails if the row is not as the change left it. */
extern void dbc_audit_take_back(dbc_audit_replay *replay,
								const dbc_value *entry);

/* The key of the row after an update of that key; NULL if it did not change.
 * Has the present names of columns. */
extern const char *dbc_audit_moved_to(dbc_audit_replay *replay,
									  const dbc_value *entry);

/* The row as JSON, with these columns of a past time.  Fails if a value is not
 * known. */
extern const char *dbc_audit_row_text(const dbc_audit_replay *replay,
									  const dbc_audit_row *row,
									  const dbc_audit_columns *columns);

/* The row as JSON, with the present columns; without those that are not logged,
 * if it was deleted.  Fails if a value is not known. */
extern const char *dbc_audit_present_text(const dbc_audit_replay *replay,
										  const dbc_audit_row *row);

/* ---- key_names.c ---- */

/* The key of an entry, or one with other columns, with the present names. */
extern const char *dbc_audit_entry_key(dbc_audit_replay *replay,
									   const dbc_value *entry);
extern const char *dbc_audit_present_key(dbc_audit_replay *replay,
										 const dbc_audit_columns *columns,
										 const char *key);

/* A key as entries may have it, the present names first.  Another row may have
 * had one of these. */
extern dbc_row_keys dbc_audit_key_names(dbc_audit_replay *replay,
										const char *key);

/* ---- present.c ---- */

/* Rows that are read together, as long as no row is large. */
#define DBC_AUDIT_BATCH 1000

/* A row of the statement of the replay, without its key. */
extern dbc_audit_row dbc_audit_present_row(const dbc_audit_replay *replay,
										   const dbc_rows *rows, int row);

/* Reads the present rows of the replay from row first on; not those of except,
 * an array by the number of the row, or NULL. */
extern void dbc_audit_read_present(dbc_audit_replay *replay, int first,
								   const bool *except);

/* The entries about some rows after a time and an entry, rows of
 * audit/newer_rows.sql: those of each row, the newest first.  chosen are four
 * arguments of the macro about entries that are undone, of which last is the
 * last one; NULL: none is. */
extern const dbc_rows *dbc_audit_entries_of(dbc_audit_replay *replay,
											dbc_value since, int64_t after,
											const dbc_value *chosen,
											int64_t last,
											const char *const *keys, int nkeys);

#endif /* DBC_AUDIT_REPLAY_H */
