/*
 * relation.h
 *	  Names of tables as the user would write them.
 */
#ifndef DBCW_CORE_RELATION_H
#define DBCW_CORE_RELATION_H

#include "wire/core/host.h"

/* Reads a list of names, each of parts with dots between them, as a JSON array
 * of arrays; NULL if that is no such list, or of another database.  *end,
 * unless end is NULL, is set to what follows the list; otherwise nothing may
 * follow. */
extern const char *dbcw_read_names(dbcw_host *h, const char *text,
								   const char **end);

/* The search path of the user, read like that. */
extern const char *dbcw_user_path(dbc_host *host);

/* The OID of the relation with a name of the user, 0 if there is none; or of
 * any of several. */
extern int64_t dbcw_find_relation(dbcw_host *h, const char *names);

/* The relations of a list of names that a text begins with; what is no name of
 * one is left out. */
extern const dbc_relation *dbcw_find_tables_at(dbcw_host *h, const char *text,
											   int *ntables);

extern const dbc_relation *dbcw_resolve(dbc_host *host, const char *text);
extern const dbc_relation *dbcw_list_tables(dbc_host *host, int *ntables);

#endif /* DBCW_CORE_RELATION_H */
