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

/* Functions of wire/lint/server.c: some versions of the library have the one or
 * the other of them, too. */
#define AlterTableGetLockLevel dbcw_alter_lock
#define ExtractSetVariableArgs dbcw_setting_text
#define FigureIndexColname	   dbcw_index_column_name
#define NameListToQuotedString dbcw_quote_names
#define defGetBoolean		   dbcw_option_bool
#define lappend_oid			   dbcw_append_oid
#define list_member			   dbcw_has_member
#define makeObjectName		   dbcw_object_name
#define pg_strcasecmp		   dbcw_compare_nocase
#define pg_strncasecmp		   dbcw_compare_start_nocase
#define pnstrdup			   dbcw_copy_start

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
