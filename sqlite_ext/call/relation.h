/*
 * relation.h
 *	  Tables and other relations.
 */
#ifndef DBCSL_CALL_RELATION_H
#define DBCSL_CALL_RELATION_H

#include "sqlite_ext/core/host.h"

extern const dbc_relation *dbcsl_resolve(dbc_host *host, const char *text);
/* Splits "name" or "schema.name"; *schema is NULL if there is none. */
extern const char *dbcsl_split_name(dbc_host *host, const char *text,
									const char **schema);
extern const dbc_relation *dbcsl_list_tables(dbc_host *host, int *ntables);
extern const dbc_relation *dbcsl_relation_of(dbcsl_host *h, const char *schema,
											 const char *name);

#endif /* DBCSL_CALL_RELATION_H */
