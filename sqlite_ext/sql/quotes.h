/*
 * quotes.h
 *	  Names in double quotes that SQLite takes for texts.
 */
#ifndef DBCSL_SQL_QUOTES_H
#define DBCSL_SQL_QUOTES_H

#include "sqlite_ext/core/host.h"

/* A name in double quotes that SQLite takes for a text, in a statement that can
 * be prepared; NULL if there is none.  Those of views and triggers are their own
 * affair.  The second function fails for one. */
extern const char *dbcsl_find_quoted_text(dbcsl_host *h, const char *text);
extern void dbcsl_refuse_quoted_texts(dbcsl_host *h, const char *text);

#endif /* DBCSL_SQL_QUOTES_H */
