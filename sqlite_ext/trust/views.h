/*
 * views.h
 *	  Views that are expensive to expand; see trust/views.c.
 */
#ifndef DBCSL_TRUST_VIEWS_H
#define DBCSL_TRUST_VIEWS_H

#include "sqlite_ext/core/host.h"

typedef struct dbcsl_deep_views dbcsl_deep_views;

/* The views of all schemas. */
extern dbcsl_deep_views *dbcsl_read_views(dbcsl_host *h);

/* Whether a view is deep; NULL: whether any view is. */
extern bool dbcsl_is_deep_view(dbcsl_deep_views *views, const char *name);

/* Whether any view of the database is deep, found out once per call. */
extern bool dbcsl_is_any_view_deep(dbcsl_host *h);

/* A statement that lists tables, rewritten if needed so that it expands no
 * view. */
extern const char *dbcsl_exclude_views(dbcsl_host *h, const char *text);

#endif /* DBCSL_TRUST_VIEWS_H */
