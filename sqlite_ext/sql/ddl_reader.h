/*
 * ddl_reader.h
 *	  Shared by the files of the DDL parser: a text read token by token.
 *
 * At an unexpected token the parser moves to the end of the text and sets
 * refused.
 */
#ifndef DBCSL_SQL_DDL_READER_H
#define DBCSL_SQL_DDL_READER_H

#include "sqlite_ext/sql/ddl.h"

/* A constraint being parsed: parts of its normal form, "" if missing. */
typedef struct dbcsl_ddl_constraint_draft
{
	dbcsl_ddl_constraint parts;
	const char *list; /* of its columns; the expression of a CHECK */
	const char *conflict;
	const char *parent_list; /* columns of the parent in parentheses */
	const char *match;
	const char *on_delete;
	const char *on_update;
	const char *deferrable;
	bool descending; /* the column constraint has DESC */
} dbcsl_ddl_constraint_draft;

typedef struct dbcsl_ddl_reader
{
	dbcsl_host *h;
	dbcsl_token token; /* the next one */
	const char *end;   /* of the last token read */
	bool refused;
	bool is_head;	/* stops before the body of a view or a trigger */
	dbc_buffer out; /* normal form of the current part */
	dbcsl_ddl *ddl;
	dbcsl_ddl_constraint_draft *drafts;
	int ndrafts;
	const char *constraint_name; /* of the next constraint, or NULL */
} dbcsl_ddl_reader;

/* ---- sql/ddl_reader.c ---- */

/* Skips the next token; and stops parsing. */
extern void dbcsl_ddl_advance(dbcsl_ddl_reader *r);
extern void dbcsl_ddl_refuse(dbcsl_ddl_reader *r);

/* Whether the next token is a character or word; accept skips it if it is,
 * expect stops parsing if it is not. */
extern bool dbcsl_ddl_at_character(const dbcsl_ddl_reader *r, char c);
extern bool dbcsl_ddl_accept_character(dbcsl_ddl_reader *r, char c);
extern void dbcsl_ddl_expect_character(dbcsl_ddl_reader *r, char c);
extern bool dbcsl_ddl_at_word(const dbcsl_ddl_reader *r, const char *word);
extern bool dbcsl_ddl_accept_word(dbcsl_ddl_reader *r, const char *word);
extern void dbcsl_ddl_expect_word(dbcsl_ddl_reader *r, const char *word);

/* Reads a name, quoted or not. */
extern const char *dbcsl_ddl_read_name(dbcsl_ddl_reader *r);

/* Appends the tokens up to the end of a list item. */
extern void dbcsl_ddl_read_item(dbcsl_ddl_reader *r,
								dbcsl_token_writer *writer);

/* Parses an expression in parentheses: returns it as typed, and appends its
 * normal form, both without the parentheses. */
extern const char *dbcsl_ddl_read_group(dbcsl_ddl_reader *r);

/* Parses an item of a list of indexed columns and appends its normal form.
 * Returns its name, or NULL for an expression. */
extern const char *dbcsl_ddl_read_indexed(dbcsl_ddl_reader *r);

/* The text appended since the last call. */
extern const char *dbcsl_ddl_take_normal_form(dbcsl_ddl_reader *r);

/* The text from a position to the last token read. */
extern const char *dbcsl_ddl_text_since(dbcsl_ddl_reader *r, const char *start);

/* ---- sql/ddl_constraint.c ---- */

/* Parses an optional ON CONFLICT clause and returns its normal form, without
 * the default ABORT. */
extern const char *dbcsl_ddl_read_conflict(dbcsl_ddl_reader *r);

/* Parses a column constraint, or a part of one; false if the next token does
 * not start one. */
extern bool dbcsl_ddl_read_column_constraint(dbcsl_ddl_reader *r, int column);

/* Whether a table constraint follows, not a column. */
extern bool dbcsl_ddl_at_table_constraint(const dbcsl_ddl_reader *r);

/* Parses a table constraint, or the name of the next one. */
extern void dbcsl_ddl_read_table_constraint(dbcsl_ddl_reader *r);

/* Converts the drafts to constraints. */
extern void dbcsl_ddl_finish_constraints(dbcsl_ddl_reader *r);

/* ---- sql/ddl_table.c ---- */

/* Parses a table from its opening parenthesis on. */
extern void dbcsl_ddl_read_table(dbcsl_ddl_reader *r);

#endif /* DBCSL_SQL_DDL_READER_H */
