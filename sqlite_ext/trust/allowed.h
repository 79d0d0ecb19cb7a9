/*
 * allowed.h
 *	  What an authorizer of the application ignores; see trust/allowed.c.
 */
#ifndef DBCSL_TRUST_ALLOWED_H
#define DBCSL_TRUST_ALLOWED_H

#include "sqlite_ext/core/host.h"

/* Whether an authorizer certainly ignores no part of an embedded statement. */
extern bool dbcsl_is_allowed(dbcsl_host *h, const char *text);

/* Whether it ignores no column of a table of main, however that is read, and
 * answers a pragma about it. */
extern bool dbcsl_are_columns_allowed(dbcsl_host *h, const char *table);
extern bool dbcsl_is_pragma_allowed(dbcsl_host *h, const char *pragma,
									const char *table);

/* Whether it lets the indexes of a table of main be read. */
extern bool dbcsl_are_indexes_allowed(dbcsl_host *h, const char *table);

/* A number of the functions that a statement would call if it were prepared now.
 * SQLite does not signal a function whose name it has with other arguments, even if
 * that hides one of its own; one that differs by its encoding alone is not seen. */
extern uint32_t dbcsl_functions_of(dbcsl_host *h, const char *text);

/* Whether it ignores no part of an INSERT of dbcare that was followed, into a
 * table of main without triggers. */
extern bool dbcsl_is_insert_allowed(dbcsl_host *h, const char *text,
									const char *table);

#endif /* DBCSL_TRUST_ALLOWED_H */
