/*
 * copy.h
 *	  Statements that replace a table with a new one and copy its rows.
 *
 * The old table is renamed, the new one created from its unchanged text and
 * filled, and the old one dropped.  This requires foreign_keys = off and
 * legacy_alter_table = on; otherwise references to the table would follow it
 * to its temporary name.
 */
#ifndef DBCSL_TRUST_COPY_H
#define DBCSL_TRUST_COPY_H

#include "sqlite_ext/sql/ddl.h"

typedef struct dbcsl_table_copy
{
	dbc_buffer *out; /* statements, each terminated by ";\n" */
	const dbcsl_ddl *from;
	const dbcsl_ddl *to;
	const char *aside;	/* temporary name of the old table */
	bool moved;			/* it is another table, to which the rows were moved */
	dbc_buffer targets; /* columns of the new table ... */
	dbc_buffer sources; /* ... and the expressions over the old one */
} dbcsl_table_copy;

/* Starts a copy without columns. */
extern dbcsl_table_copy dbcsl_start_table_copy(dbc_buffer *out,
											   const dbcsl_ddl *from,
											   const dbcsl_ddl *to);

/* Add a column of the new table with an expression over the old one; and the
 * rowids, if the new table has a place for them. */
extern void dbcsl_copy_add_column(dbcsl_table_copy *copy, const char *target,
								  const char *source);
extern void dbcsl_copy_add_rowid(dbcsl_table_copy *copy);

/* Append the statements in the order in which they run; the new table is
 * created after the first ones. */
extern void dbcsl_copy_rename_old(dbcsl_table_copy *copy);
extern void dbcsl_copy_fill_new(dbcsl_table_copy *copy);
extern void dbcsl_copy_drop_old(dbcsl_table_copy *copy);

/* Whether the text of a table or an index qualifies column names with the
 * table, so that SQLite cannot rename the table alone. */
extern bool dbcsl_has_qualified_columns(const dbcsl_ddl *ddl);

/* A name that cannot be resolved to a temporary object. */
extern const char *dbcsl_qualify_main_name(dbc_host *host, const char *name);

#endif /* DBCSL_TRUST_COPY_H */
