/*
 * unsafe.h
 *	  Functions that stored SQL must not call; see trust/unsafe.c.
 */
#ifndef DBCSL_TRUST_UNSAFE_H
#define DBCSL_TRUST_UNSAFE_H

#include "sqlite_ext/sql/ddl.h"

/* The parts of the definitions of a table and its indexes. */
#define DBCSL_IN_CHECKS	 1u
#define DBCSL_IN_COLUMNS 2u /* generated columns */
#define DBCSL_IN_INDEXES 4u
#define DBCSL_ANYWHERE	 7u
/* Only evaluated for new rows. */
#define DBCSL_IN_DEFAULTS 8u
#define DBCSL_FOR_NEW	  (DBCSL_ANYWHERE | DBCSL_IN_DEFAULTS)

/* An unsafe function that a table calls. */
typedef struct dbcsl_unsafe_call
{
	const struct dbcsl_unsafe_call *next;
	/* NULL: any table, because the definition cannot be parsed */
	const char *table;
	const char *function;
	unsigned parts;
} dbcsl_unsafe_call;

/* Whether a function is unsafe in stored SQL. */
extern bool dbcsl_is_unsafe(dbcsl_host *h, const char *name);

/* An unsafe function that an expression calls, or NULL. */
extern const char *dbcsl_find_unsafe(dbcsl_host *h, const char *expression);

/* The same for the arguments of a virtual table, where an option can name one:
 * FTS4 calls what compress and uncompress name. */
extern const char *dbcsl_find_unsafe_in_virtual(dbcsl_host *h,
												const char *arguments);

/* An unsafe function that parts of a table (NULL: of any table) call, or NULL;
 * the second function fails instead. */
extern const char *dbcsl_find_unsafe_table(dbcsl_host *h, const char *schema,
										   const char *table, unsigned parts);
extern void dbcsl_refuse_unsafe_table(dbcsl_host *h, const char *schema,
									  const char *table, unsigned parts);

/* An unsafe function that parts of a definition call, or NULL. */
extern const char *dbcsl_find_unsafe_part(dbcsl_host *h, const char *sql,
										  unsigned parts);

/* The module of a virtual table, and what follows it; NULL if a definition is
 * that of another object. */
extern const char *dbcsl_virtual_module(dbcsl_host *h, const char *sql);
extern const char *dbcsl_virtual_arguments(const char *sql);

/* Fail because of an unsafe function, unless it is NULL; and the same words as
 * the reason of what is unknown. */
extern void dbcsl_refuse_function(dbcsl_host *h, const char *function);
extern const char *dbcsl_unsafe_reason(dbcsl_host *h, const char *function);

/* Fails if a definition calls one. */
extern void dbcsl_refuse_unsafe_definition(dbcsl_host *h, const dbcsl_ddl *ddl);

/* The unsafe calls of a schema, read once per call of dbcare. */
extern const dbcsl_unsafe_call *dbcsl_list_unsafe(dbcsl_host *h,
												  const char *schema);

/* The definitions of a schema whose text contains a part, in lower case; and
 * the unsafe calls of definitions. */
extern const dbc_rows *dbcsl_read_definitions(dbcsl_host *h, const char *schema,
											  const char *part);
extern const dbcsl_unsafe_call *
dbcsl_list_unsafe_in(dbcsl_host *h, const dbc_rows *definitions);

/* Lets schemas of a connection that dbcare has opened call only functions that
 * stored SQL may call; returns an SQLite result code. */
extern int dbcsl_distrust_schemas(sqlite3 *db);

/* ---- trust/reach.c ---- */

/* Forgets what is in memory of a scope that has ended. */
extern void dbcsl_end_scope(dbcsl_host *h);

/* Fails if a statement, other than by its own text, would call an unsafe
 * function or read an unsafe virtual table: of a table, a view or a trigger
 * that it leads to. */
extern void dbcsl_refuse_unsafe_statement(dbcsl_host *h, const char *text);

/* The reason why that would fail, or NULL. */
extern const char *dbcsl_find_unsafe_use(dbcsl_host *h, const char *text);

/* The same for the text of a rule, a policy or a backfill, which the file has
 * stored: it may name no unsafe virtual table either. */
extern void dbcsl_refuse_unsafe(dbcsl_host *h, const char *text);
extern const char *dbcsl_find_unsafe_stored(dbcsl_host *h, const char *text);

/* Fails if a definition has the name of an unsafe module, wherever. */
extern void dbcsl_refuse_modules(dbcsl_host *h, const char *definition);

/* ---- trust/functions.c ---- */

/* All functions that are unsafe: the length of each name in a byte, then its bytes. */
extern const char *dbcsl_unsafe_functions(dbcsl_host *h);

/* A function of the application that a connection which lacks it may borrow. */
typedef struct dbcsl_borrowed_function
{
	const char *next; /* place in what was read; NULL: before the first one */
	const char *name;
	int narguments;
	bool is_deterministic;
} dbcsl_borrowed_function;

/* The next one; false if there is none. */
extern bool dbcsl_next_borrowed(dbcsl_host *h,
								dbcsl_borrowed_function *function);

/* Before a statement is prepared: verifies dbcare's tables again if other
 * functions are unsafe than when they were verified.  A text that
 * dbcsl_refuse_unsafe_statement() has followed needs none: that has judged what
 * those tables call, too, if it leads to them, by the functions of now. */
extern void dbcsl_compare_functions(dbcsl_host *h);

/* ---- trust/unsafe.c ---- */

/* Notes what definitions name while a statement is followed, until h->notes is
 * NULL: the application may change it, so it is looked at again in every
 * call. */
#define DBCSL_FUNCTION 'f'
#define DBCSL_MODULE   'm'
extern void dbcsl_begin_notes(dbcsl_host *h);
extern void dbcsl_note_followed(dbcsl_host *h, char kind, const char *name);

#endif /* DBCSL_TRUST_UNSAFE_H */
