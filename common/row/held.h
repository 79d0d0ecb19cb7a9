/*
 * held.h
 *	  Rows that must not be deleted for good, nor replaced: dbarchive_hold()
 *	  holds them.
 *
 * What deletes or replaces rows of users does it by dbc_row_act(), or with the
 * condition of dbc_row_held() after dbc_row_find_held(), or between this and
 * dbc_row_keep_held().  UPDATE with values that the caller names is not
 * prevented: a hold keeps the row, as it keeps it from DELETE of the
 * application where deleted rows are kept.
 */
#ifndef DBC_ROW_HELD_H
#define DBC_ROW_HELD_H

#include "common/core/host.h"
#include "common/row/host.h"

/* Whether any row of the database is held. */
extern bool dbc_row_has_holds(dbc_host *host);

/* The condition that a row of the table is held; "false" if none is.  Keys are
 * literals: call it in the transaction that deletes, after excluding
 * DBC_X_HOLDS. */
extern const char *dbc_row_held(dbc_host *host, const dbc_relation *table);

/* Fails if a held row is neither in the table nor in the trash under its key:
 * the row may have another key by now.  A key that is written in another way
 * since the type of a column changed follows. */
extern void dbc_row_find_held(dbc_host *host, const dbc_relation *table);

/* [SQLite] Fails if it is not known which row of a table, or of any if that is
 * NULL, is held: see row/moved.h. */
extern void dbc_row_refuse_moved_holds(dbc_host *host, const char *table);

/* [SQLite] Whether it is not known which row hold i of row/holds.sql is of. */
extern bool dbc_row_is_moved_hold(dbc_host *host, const dbc_rows *holds, int i);

/* Fails if a row that dbc_row_find_held() has found is gone for good, by a
 * statement since: locks would serialize those who delete rows. */
extern void dbc_row_keep_held(dbc_host *host, const dbc_relation *table);

/* A hold whose row dbc_row_find_held() would not find. */
typedef struct dbc_row_lost
{
	const char *table;
	const char *key;
	const char *problem; /* why that is not known, or NULL */
} dbc_row_lost;

/* All of them, by the names of their tables. */
extern const dbc_row_lost *dbc_row_list_lost(dbc_host *host, int *count);

/* The holds with a key, written as they have it, or of all rows whose key the
 * table takes for it: rows of row/holds.sql. */
extern const dbc_rows *
dbc_row_read_holds(dbc_host *host, const dbc_relation *table, const char *key);
extern const dbc_rows *
dbc_row_find_holds(dbc_host *host, const dbc_relation *table, const char *key);

/* Holds the rows of the trash whose keys the table takes for that of a held
 * row, though they are written in another way, for the same reason. */
extern void dbc_row_hold_spellings(dbc_host *host, const dbc_relation *table);

/* The reason why the row with a key is held, or NULL. */
extern const char *
dbc_row_hold_reason(dbc_host *host, const dbc_relation *table, const char *key);

/* The keys of the held rows of a table. */
extern const char **dbc_row_list_held(dbc_host *host, const dbc_relation *table,
									  int *count);

/* Performs an action of row/host.h; fails if it would delete or replace a held
 * row. */
extern int64_t dbc_row_act(dbc_host *host, dbc_row_action act,
						   dbc_row_step *step);

/* Runs a query over tables of users that the caller has named, which cannot
 * write. */
extern const dbc_rows *dbc_row_read(dbc_host *host, const char *query);

#endif /* DBC_ROW_HELD_H */
