/*
 * catalog_read.h
 *	  Shared by the files that read the catalog.
 */
#ifndef DBCPG_LINT_CATALOG_READ_H
#define DBCPG_LINT_CATALOG_READ_H

#include "pg_ext/lint/catalog.h"

/* The OIDs of the indexes of a table. */
extern List *dbcpg_lint_catalog_list_indexes(Oid table);

/* The type with a name, which may have a schema; one without USAGE is no
 * error. */
extern Oid dbcpg_lint_catalog_named_type(List *names);

/* The functions with a name that accept nargs arguments; -1: any number. */
extern FuncCandidateList dbcpg_lint_catalog_functions(List *names, int nargs);

#endif /* DBCPG_LINT_CATALOG_READ_H */
