/*
 * copy.h
 *	  Statements that replace a table with a new one and copy its rows.
 *
 * The old table is renamed, the new one created from its unchanged text and
 * filled, and the old one dropped.  This requires foreign_keys = off and
 * legacy_alter_table = on; otherwise references to the table would follow it
 * to its temporary name.
 */
#ifndef DBCSL_CORE_COPY_H
#define DBCSL_CORE_COPY_H

#include "sqlite_ext/core/ddl.h"

typedef struct dbcsl_table_copy
{
	dbc_buffer *out; /* statements, each ended by ";\n" */
	const dbcsl_ddl *from;
	const dbcsl_ddl *to;
	const char *aside;	/* name of the old table meanwhile */
	bool moved;			/* that is another table, which has the rows */
	dbc_buffer targets; /* columns of the new table, ... */
	dbc_buffer sources; /* ... and what they get from the old one */
} dbcsl_table_copy;

/* A copy that has no columns yet. */
extern dbcsl_table_copy dbcsl_start_table_copy(dbc_buffer *out,
											   const dbcsl_ddl *from,
											   const dbcsl_ddl *to);

/* Adds a column of the new table with an expression over the old one, and the
 * rowids, where the new table has a place for them that nothing else takes. */
extern void dbcsl_copy_add_column(dbcsl_table_copy *copy, const char *target,
								  const char *source);
extern void dbcsl_copy_add_rowid(dbcsl_table_copy *copy);

/* Append the statements, to be run in this order; the new table is made after
 * the first ones. */
extern void dbcsl_copy_rename_old(dbcsl_table_copy *copy);
extern void dbcsl_copy_fill_new(dbcsl_table_copy *copy);
extern void dbcsl_copy_drop_old(dbcsl_table_copy *copy);

/* Whether the text of a table or an index qualifies column names with the
 * table: then SQLite cannot rename the table alone. */
extern bool dbcsl_has_qualified_columns(const dbcsl_ddl *ddl);

/* A name that cannot be resolved to a temporary object. */
extern const char *dbcsl_qualify_main_name(dbc_host *host, const char *name);

#endif /* DBCSL_CORE_COPY_H */
