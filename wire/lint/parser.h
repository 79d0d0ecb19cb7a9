/*
 * parser.h
 *	  PostgreSQL's parser as a library: libpg_query.
 *
 * Included before everything else by the files that are compiled with the
 * headers of the server and linked with the library, pg_ext/lint/ among them.
 * The headers declare the variables of a process; the library has one of each
 * for every thread, but for the tables of its scanner.
 */
#ifndef DBCW_LINT_PARSER_H
#define DBCW_LINT_PARSER_H

#define PGDLLIMPORT __thread
#include "postgres.h"

#undef PGDLLIMPORT
#define PGDLLIMPORT
#include "parser/scanner.h"

#undef PGDLLIMPORT
#define PGDLLIMPORT __thread

/* Starts the library in this thread, once. */
extern void pg_query_init(void);

#endif /* DBCW_LINT_PARSER_H */
