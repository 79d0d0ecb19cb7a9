/*
 * fulltext.h
 *	  Full-text tables over a table whose rows are changed while triggers are
 *	  switched off, and the triggers of such a table.
 */
#ifndef DBCSL_ROW_FULLTEXT_H
#define DBCSL_ROW_FULLTEXT_H

#include "sqlite_ext/row/step.h"

/* An FTS4 or FTS5 table whose content is the table, or a view of it. */
typedef struct dbcsl_row_index
{
	const char *name;
	const char *command; /* FTS5: the column for commands; or NULL */
	const char **columns;
	int ncolumns;
	const char *key; /* the column of the content that is its rowid */
	bool mentioned;	 /* by a trigger of the table */
	bool differs;	 /* triggers index something else than the columns */
	bool by_row;	 /* rows can be added and removed one by one */
	bool is_view;	 /* the content */
	bool follows;	 /* ... which it had before rows were changed */
	const char *add; /* statements for the row with rowid ?1 */
	const char *remove;
} dbcsl_row_index;

typedef struct dbcsl_row_indexes
{
	const dbcsl_row_shape *shape;
	dbcsl_row_index *list;
	int count;
} dbcsl_row_indexes;

/* ---- row/trigger.c ---- */

/* Whether a name is that of the rowid of a table. */
extern bool dbcsl_row_is_rowid(const dbcsl_row_shape *shape, const char *name);

/* Notes of each full-text table whether the triggers of the application keep it
 * equal to the columns of the table. */
extern void dbcsl_row_read_triggers(dbcsl_host *h, const dbc_relation *table,
									dbcsl_row_indexes *indexes);

/* Whether events, see common/row/unfired.h, fire a trigger that does more than
 * to keep full-text tables that follow. */
extern bool dbcsl_row_does_more(dbcsl_host *h, const char *definition,
								int events, const dbcsl_row_indexes *indexes);

/* ---- row/fulltext.c ---- */

/* The full-text tables that follow a table; and these before rows of it are
 * changed, which finds out whether those of views have what the views have. */
extern const dbcsl_row_indexes *
dbcsl_row_read_indexes(dbcsl_host *h, const dbcsl_row_shape *shape,
					   const dbc_relation *table);
extern const dbcsl_row_indexes *
dbcsl_row_begin_indexes(dbcsl_host *h, const dbcsl_row_shape *shape,
						const dbc_relation *table);

/* Removes the row with a rowid, which the table still has, from them; and adds
 * it, which the table has now. */
extern void dbcsl_row_unindex(dbcsl_host *h, const dbcsl_row_indexes *indexes,
							  int64_t rowid);
extern void dbcsl_row_reindex(dbcsl_host *h, const dbcsl_row_indexes *indexes,
							  int64_t rowid);

/* Those that cannot follow row by row are built anew before the transaction
 * ends: once, however many steps change the table. */
extern void dbcsl_row_end_indexes(dbcsl_host *h,
								  const dbcsl_row_indexes *indexes);

/* ---- row/unfired.c ---- */

/* Lists the triggers of a table that events would have fired; see row/host.h.
 */
extern const char *const *
dbcsl_row_list_unfired(dbc_host *host, const dbc_relation *table, int events);

#endif /* DBCSL_ROW_FULLTEXT_H */
