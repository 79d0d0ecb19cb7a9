/*
 * catalog.h
 *	  Shared by the files that answer pg_ext/lint/catalog.h in the command.
 */
#ifndef DBCW_LINT_CATALOG_H
#define DBCW_LINT_CATALOG_H

#include "pg_ext/lint/catalog.h"

/* Begins a script with the settings of the user: the search path as a JSON
 * array of arrays with a name.  Without a connection host is NULL. */
extern void dbcw_begin_settings(dbc_host *host, const char *path);

/* Whether the time zone is UTC. */
extern bool dbcw_is_utc(void);

/* Whether there is a connection; without one statements have no rows. */
extern bool dbcw_has_database(void);

/* Asks by an embedded statement with the values of its parameters. */
#define DBCW_ASK(statement, ...) dbcw_ask(statement, DBC_VALUES(__VA_ARGS__))
extern const dbc_rows *dbcw_ask(const char *statement, const dbc_value *args,
								int nargs);

/* Parameters: the search path of the script, OIDs, and the schema of a name,
 * null if it has none. */
extern dbc_value dbcw_path(void);
extern dbc_value dbcw_array_of(List *oids);
extern dbc_value dbcw_schema_of(List *names);

/* The OIDs in the first column of an answer. */
extern Oid dbcw_first_oid(const dbc_rows *rows);
extern List *dbcw_oids_of(const dbc_rows *rows);

/* ---- lint/type.c ---- */

/* The type with a name, or its arrays. */
extern Oid dbcw_named_type(List *names, bool is_array);

/* The functions with a name that accept nargs arguments; -1: any number. */
extern const dbc_rows *dbcw_find_functions(List *names, int nargs);

#endif /* DBCW_LINT_CATALOG_H */
