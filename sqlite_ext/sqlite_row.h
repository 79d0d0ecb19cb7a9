/*
 * sqlite_row.h
 *	  What the files that inspect a row share.
 */
#ifndef DBC_SQLITE_ROW_H
#define DBC_SQLITE_ROW_H

#include "check_row.h"
#include "sqlite_bench.h"

/* The row while it is inspected. */
typedef struct dbcsl_inspection
{
	dbcsl_host *h;
	const dbc_relation *relation;
	dbcsl_ddl table;
	dbcsl_bench bench;	 /* has the row, as SQLite would store it */
	const char **values; /* per column: SQL, or NULL for null */
	bool *unknown;		 /* per column: nobody can know its value */
	dbc_flaw *flaws;
	int nflaws;
} dbcsl_inspection;

/* Adds a flaw. */
extern void dbcsl_add_flaw(dbcsl_inspection *in, dbc_flaw flaw);

/* Whether the statement on the bench reads what nobody can know. */
extern bool dbcsl_reads_unknown(const dbcsl_inspection *in);

/* Names as a list, quoted as needed. */
extern const char *dbcsl_name_list(dbcsl_host *h, const char *const *names,
								   int count);

/* The CREATE statement of an object of a schema; NULL if it has none. */
extern const char *dbcsl_schema_sql(dbcsl_host *h, const char *schema,
									const char *type, const char *name);

/* ---- sqlite_row_key.c ---- */

/* Looks for a row that has a key of this one. */
extern void dbcsl_inspect_keys(dbcsl_inspection *in);

/* Looks for the parents of the row. */
extern void dbcsl_inspect_parents(dbcsl_inspection *in);

#endif /* DBC_SQLITE_ROW_H */
const char *dbcsl_constraint_name(dbcsl_host *h, const dbcsl_ddl *t,
								  const dbcsl_constraint *c);
const char *dbcsl_not_null_name(dbcsl_host *h, const dbcsl_ddl *t, int i);
