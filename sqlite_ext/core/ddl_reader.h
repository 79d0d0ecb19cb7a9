/*
 * ddl_reader.h
 *	  Shared by the files of the DDL reader: a text read token by token.
 *
 * The reader gives up at an unexpected token: it then moves to the end of the
 * text, and sets refused.
 */
#ifndef DBCSL_CORE_DDL_READER_H
#define DBCSL_CORE_DDL_READER_H

#include "sqlite_ext/core/ddl.h"

/* A constraint while it is read: parts of its normal form, "" if missing. */
typedef struct dbcsl_ddl_constraint_draft
{
	dbcsl_ddl_constraint parts;
	const char *list; /* of its columns; of a CHECK the expression */
	const char *conflict;
	const char *parent_list; /* columns of the parent, with parentheses */
	const char *match;
	const char *on_delete;
	const char *on_update;
	const char *deferrable;
	bool descending; /* DESC is said beside the column */
} dbcsl_ddl_constraint_draft;

typedef struct dbcsl_ddl_reader
{
	dbcsl_host *h;
	dbcsl_token token; /* the next one */
	const char *end;   /* of the last one taken */
	bool refused;
	dbc_buffer out; /* normal form of what is being read */
	dbcsl_ddl *ddl;
	dbcsl_ddl_constraint_draft *drafts;
	int ndrafts;
	const char *constraint_name; /* of the next constraint, or NULL */
} dbcsl_ddl_reader;

/* ---- core/ddl.c ---- */

/* Passes over the next token, or gives up. */
extern void dbcsl_ddl_advance(dbcsl_ddl_reader *r);
extern void dbcsl_ddl_refuse(dbcsl_ddl_reader *r);

/* Whether the next token is this character, or this word; accept passes over it
 * if it is, expect gives up if it is not. */
extern bool dbcsl_ddl_at_character(const dbcsl_ddl_reader *r, char c);
extern bool dbcsl_ddl_accept_character(dbcsl_ddl_reader *r, char c);
extern void dbcsl_ddl_expect_character(dbcsl_ddl_reader *r, char c);
extern bool dbcsl_ddl_at_word(const dbcsl_ddl_reader *r, const char *word);
extern bool dbcsl_ddl_accept_word(dbcsl_ddl_reader *r, const char *word);
extern void dbcsl_ddl_expect_word(dbcsl_ddl_reader *r, const char *word);

/* Reads a name, however it is quoted. */
extern const char *dbcsl_ddl_read_name(dbcsl_ddl_reader *r);

/* Reads an expression in parentheses: returns it as typed, and appends its
 * normal form, both without the parentheses. */
extern const char *dbcsl_ddl_read_group(dbcsl_ddl_reader *r);

/* Reads an item of a list of indexed columns and appends its normal form.
 * Returns the name if it is a column rather than an expression, or NULL. */
extern const char *dbcsl_ddl_read_indexed(dbcsl_ddl_reader *r);

/* What was appended since the last time. */
extern const char *dbcsl_ddl_take_normal_form(dbcsl_ddl_reader *r);

/* The text from a place to the last token taken. */
extern const char *dbcsl_ddl_text_since(dbcsl_ddl_reader *r, const char *start);

/* ---- core/ddl_constraint.c ---- */

/* Reads ON CONFLICT, if it is there, and returns its normal form; ABORT is what
 * SQLite does anyway. */
extern const char *dbcsl_ddl_read_conflict(dbcsl_ddl_reader *r);

/*
 * Reads a constraint in the definition of a column, or a part of one; false if
 * what comes next is none.
 */
extern bool dbcsl_ddl_read_column_constraint(dbcsl_ddl_reader *r, int column);

/* Whether a constraint of the table comes next, rather than a column. */
extern bool dbcsl_ddl_at_table_constraint(const dbcsl_ddl_reader *r);

/* Reads a constraint of the table, or the name of the next one. */
extern void dbcsl_ddl_read_table_constraint(dbcsl_ddl_reader *r);

/* Makes constraints of the drafts. */
extern void dbcsl_ddl_finish_constraints(dbcsl_ddl_reader *r);

/* ---- core/ddl_table.c ---- */

/* Reads a table from its opening parenthesis on. */
extern void dbcsl_ddl_read_table(dbcsl_ddl_reader *r);

#endif /* DBCSL_CORE_DDL_READER_H */
