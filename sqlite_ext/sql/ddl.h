/*
 * ddl.h
 *	  A parser of SQLite's CREATE statements, and the normal form of SQL text.
 *
 * Both only use text, so the text may come from a schema that was dropped or
 * is yet to be created.  All results are arena memory.
 *
 * The normal form is the same for texts that have the same meaning for
 * SQLite's parser and differ only in case of words, quotes around names, white
 * space and comments.  Names are folded to lower case, as SQLite ignores their
 * (ASCII) case, and are quoted only if necessary. "x" is treated as a name,
 * even where SQLite would finally treat it as a string.
 */
#ifndef DBCSL_SQL_DDL_H
#define DBCSL_SQL_DDL_H

#include "common/core/text.h"
#include "sqlite_ext/sql/token.h"

/* ---- sql/ddl_normal.c ---- */

/* Appends tokens to a buffer in normal form. */
typedef struct dbcsl_token_writer
{
	dbc_buffer *buffer;
	bool glued;	  /* no blank before the next token */
	bool operand; /* the last token ends an operand: "-" is binary */
	bool name;	  /* the last token is a name: "(" starts its arguments */
} dbcsl_token_writer;

/* Starts at the beginning of a text, or after a blank. */
extern dbcsl_token_writer dbcsl_start_token_writer(dbc_buffer *buffer);
extern void dbcsl_write_token(dbcsl_token_writer *writer,
							  const dbcsl_token *token);

/* Appends a name as PostgreSQL would show it, quoted if necessary. */
extern void dbcsl_append_quoted_name(dbc_buffer *buffer, const char *name);

/* Appends the normal form of a name. */
extern void dbcsl_append_normal_name(dbc_buffer *buffer, const char *name);

/* The same with upper and lower case as they are. */
extern void dbcsl_append_shown_name(dbc_buffer *buffer, const char *name);

/* ---- sql/ddl.c and sql/ddl_table.c ---- */

/* The version whose ALTER TABLE adds and drops NOT NULL and CHECK. */
#define DBCSL_ALTERS_CONSTRAINTS 3053000

typedef struct dbcsl_ddl_column
{
	const char *name;
	const char *text;	   /* definition as typed, with name and constraints */
	const char *type;	   /* normal form, "" if there is none */
	const char *collation; /* normal form, or NULL */
	const char
		*default_value;		  /* as typed, without outer parentheses; or NULL */
	const char *generated;	  /* expression as typed; or NULL */
	bool default_is_constant; /* a literal, with or without a sign */
	bool stored;			  /* generated column that is STORED */
	bool not_null;
	const char *definition; /* normal form of type, COLLATE, NOT NULL, DEFAULT
							   and GENERATED, in this order */
	const char *conflict;	/* of NOT NULL, normal form; "" if there is none */
	const char *nullable;	/* definition without NOT NULL */
} dbcsl_ddl_column;

typedef enum dbcsl_ddl_constraint_kind
{
	DBCSL_PRIMARY_KEY,
	DBCSL_UNIQUE,
	DBCSL_CHECK,
	DBCSL_FOREIGN_KEY
} dbcsl_ddl_constraint_kind;

typedef struct dbcsl_ddl_constraint
{
	dbcsl_ddl_constraint_kind kind;
	const char *name; /* or NULL */
	int column; /* index of the column with the column constraint; -1: table
				   constraint */
	const char **columns; /* columns of the constraint; not of a CHECK */
	int ncolumns;
	const char *expression; /* of a CHECK, as typed */
	const char *parent;		/* of a FOREIGN KEY */
	bool autoincrement;
	const char *definition; /* normal form without the name */
	const char *label;		/* the part that identifies the constraint */
} dbcsl_ddl_constraint;

typedef enum dbcsl_ddl_kind
{
	DBCSL_TABLE,
	DBCSL_VIRTUAL_TABLE,
	DBCSL_INDEX,
	DBCSL_VIEW,
	DBCSL_TRIGGER,
	DBCSL_UNKNOWN /* the parser does not recognize the statement */
} dbcsl_ddl_kind;

/* A CREATE statement. */
typedef struct dbcsl_ddl
{
	dbcsl_ddl_kind kind;
	const char *text;		  /* up to its last token */
	const char *schema;		  /* NULL if not given */
	const char *name;		  /* NULL if it cannot be parsed */
	const char *rest;		  /* text from the name on */
	const char *table;		  /* table or view of an index or a trigger */
	const char *table_schema; /* if the trigger has one, or NULL */
	const char *definition; /* normal form without the name; only the options of
							   a table; everything of an unknown statement */

	/* of a table */
	dbcsl_ddl_column *columns;
	int ncolumns;
	dbcsl_ddl_constraint *constraints;
	int nconstraints;
	bool without_rowid;
	bool strict;
	bool autoincrement;
	int rowid_column; /* index of the INTEGER PRIMARY KEY; or -1 */
} dbcsl_ddl;

/* Parses a CREATE statement.  Of a text from a file SQLite reads the first
 * statement alone, and so does this: what follows may be anything. */
extern dbcsl_ddl dbcsl_read_ddl(dbcsl_host *h, const char *sql);

/* The same without the body of a view or a trigger, and the rest of an index:
 * text and definition have what was read. */
extern dbcsl_ddl dbcsl_read_ddl_head(dbcsl_host *h, const char *sql);

/* The index of a column, or -1. */
extern int dbcsl_find_column(const dbcsl_ddl *table, const char *name);

/* ---- sql/ddl_index.c ---- */

/* The texts of a CREATE INDEX statement. */
typedef struct dbcsl_index_text
{
	const char **items;
	int nitems;
	const char *condition; /* or NULL */
} dbcsl_index_text;

extern dbcsl_index_text dbcsl_read_index_text(dbcsl_host *h, const char *sql);

#endif /* DBCSL_SQL_DDL_H */
