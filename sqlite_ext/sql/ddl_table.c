/*
 * ddl_table.c
 *	  Parsing the column list and the options of a CREATE TABLE.
 */
#include "sqlite_ext/sql/ddl_reader.h"

#include <string.h>

/* ---- columns ---- */

/* Whether the type of a column ends at the next token. */
static bool
type_ends(const dbcsl_ddl_reader *r)
{
	static const char *const words[] = {
		"constraint", "primary", "unique",	"check",	  "references", "not",
		"null",		  "default", "collate", "deferrable", "as"};
	dbcsl_token next;

	if (r->token.kind == DBCSL_QUOTED)
		return false;
	if (r->token.kind != DBCSL_WORD)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (dbcsl_ddl_at_word(r, words[i]))
			return true;
	next = dbcsl_next_token(&r->token);
	return dbcsl_ddl_at_word(r, "generated") && dbcsl_is_word(&next, "always");
}

/* Parses the type of a column, which may consist of any words, or of none. */
static const char *
read_type(dbcsl_ddl_reader *r)
{
	dbcsl_token_writer writer = dbcsl_start_token_writer(&r->out);

	for (; !type_ends(r); dbcsl_ddl_advance(r))
		dbcsl_write_token(&writer, &r->token);
	if (r->out.length > 0 && dbcsl_ddl_at_character(r, '('))
	{
		dbc_append(&r->out, "(");
		dbcsl_ddl_read_group(r);
		dbc_append(&r->out, ")");
	}
	return dbcsl_ddl_take_normal_form(r);
}

/* Whether a word is one of SQLite's literals. */
static bool
is_literal_word(const dbcsl_token *token)
{
	return dbcsl_is_word(token, "null") || dbcsl_is_word(token, "true") ||
		   dbcsl_is_word(token, "false") ||
		   dbcsl_is_word(token, "current_date") ||
		   dbcsl_is_word(token, "current_time") ||
		   dbcsl_is_word(token, "current_timestamp");
}

/* Whether text is a literal, with or without a sign. */
static bool
is_literal(const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);
	dbcsl_token next;

	if (token.length == 1 && (*token.text == '+' || *token.text == '-'))
		token = dbcsl_next_token(&token);
	next = dbcsl_next_token(&token);
	return next.kind == DBCSL_END &&
		   (is_literal_word(&token) || token.kind == DBCSL_NUMBER ||
			token.kind == DBCSL_BLOB ||
			(token.kind == DBCSL_QUOTED && token.text[0] == '\''));
}

/* Parses DEFAULT after the keyword; returns the normal form of the value. */
static const char *
read_default(dbcsl_ddl_reader *r, dbcsl_ddl_column *column)
{
	dbcsl_token_writer writer = dbcsl_start_token_writer(&r->out);
	const char *start = r->token.text;
	const char *normal;

	if (dbcsl_ddl_at_character(r, '('))
	{
		column->default_value = dbcsl_ddl_read_group(r);
		normal = dbcsl_ddl_take_normal_form(r);
		if (!is_literal(column->default_value))
		{
			column->default_value = dbcsl_ddl_text_since(r, start);
			normal = dbc_format(&r->h->base, "(%s)", normal);
		}
	}
	else if ((r->token.kind == DBCSL_WORD && !is_literal_word(&r->token)) ||
			 (r->token.kind == DBCSL_QUOTED && r->token.text[0] != '\''))
	{
		/* SQLite treats a name here as a string */
		normal = dbcsl_printf(r->h, "%Q", dbcsl_ddl_read_name(r));
		column->default_value = normal;
	}
	else
	{
		if (dbcsl_ddl_at_character(r, '+') || dbcsl_ddl_at_character(r, '-'))
		{
			dbcsl_write_token(&writer, &r->token);
			dbcsl_ddl_advance(r);
		}
		dbcsl_write_token(&writer, &r->token);
		dbcsl_ddl_advance(r);
		column->default_value = dbcsl_ddl_text_since(r, start);
		normal = dbcsl_ddl_take_normal_form(r);
	}
	column->default_is_constant = is_literal(column->default_value) &&
								  strncmp(normal, "current_", 8) != 0;
	return normal;
}

/* Parses a generated column from AS on; returns the normal form. */
static const char *
read_generated(dbcsl_ddl_reader *r, dbcsl_ddl_column *column)
{
	dbcsl_ddl_expect_word(r, "as");
	dbc_append(&r->out, " generated always as (");
	column->generated = dbcsl_ddl_read_group(r);
	dbc_append(&r->out, ")");
	column->stored = dbcsl_ddl_accept_word(r, "stored");
	if (column->stored)
		dbc_append(&r->out, " stored");
	else
		dbcsl_ddl_accept_word(r, "virtual");
	return dbcsl_ddl_take_normal_form(r);
}

/* The normal form of a column being parsed. */
typedef struct column_parts
{
	const char *default_value;
	const char *generated;
} column_parts;

/* Parses a column constraint without a name or another part after the type. */
static void
read_column_part(dbcsl_ddl_reader *r, dbcsl_ddl_column *column,
				 column_parts *parts)
{
	if (dbcsl_ddl_accept_word(r, "not"))
	{
		dbcsl_ddl_expect_word(r, "null");
		column->not_null = true;
		column->conflict = dbcsl_ddl_read_conflict(r);
	}
	else if (dbcsl_ddl_accept_word(r, "null"))
		dbcsl_ddl_read_conflict(r); /* SQLite accepts and ignores it */
	else if (dbcsl_ddl_accept_word(r, "default"))
		parts->default_value = read_default(r, column);
	else if (dbcsl_ddl_accept_word(r, "collate"))
	{
		dbcsl_append_normal_name(&r->out, dbcsl_ddl_read_name(r));
		column->collation = dbcsl_ddl_take_normal_form(r);
	}
	else
	{
		if (dbcsl_ddl_accept_word(r, "generated"))
			dbcsl_ddl_expect_word(r, "always");
		parts->generated = read_generated(r, column);
	}
	r->constraint_name = NULL;
}

/* The normal form of a column definition, with or without NOT NULL. */
static const char *
column_definition(dbcsl_ddl_reader *r, const dbcsl_ddl_column *column,
				  const column_parts *parts, bool not_null)
{
	const char *definition;

	dbc_append(&r->out, column->type);
	if (column->collation)
	{
		dbc_append(&r->out, " collate ");
		dbc_append(&r->out, column->collation);
	}
	if (not_null)
		dbc_append_format(&r->out, " not null%s", column->conflict);
	if (column->default_value)
	{
		dbc_append(&r->out, " default ");
		dbc_append(&r->out, parts->default_value);
	}
	dbc_append(&r->out, parts->generated);
	definition = dbcsl_ddl_take_normal_form(r);
	/* without a type it starts with a blank */
	return definition + (*definition == ' ');
}

/* Parses the definition of a column. */
static void
read_column(dbcsl_ddl_reader *r)
{
	dbcsl_ddl *ddl = r->ddl;
	column_parts parts = {"", ""};
	const char *start = r->token.text;
	int number = ddl->ncolumns;
	dbcsl_ddl_column *column;

	ddl->columns =
		dbc_grow(&r->h->base, ddl->columns, (size_t) number, sizeof(*column));
	column = &ddl->columns[ddl->ncolumns++];
	*column =
		(dbcsl_ddl_column){.name = dbcsl_ddl_read_name(r), .conflict = ""};
	column->type = read_type(r);
	r->constraint_name = NULL;
	while (r->token.kind != DBCSL_END && !dbcsl_ddl_at_character(r, ',') &&
		   !dbcsl_ddl_at_character(r, ')'))
		if (!dbcsl_ddl_read_column_constraint(r, number))
			read_column_part(r, column, &parts);
	column->text = dbcsl_ddl_text_since(r, start);
	column->nullable = column_definition(r, column, &parts, false);
	column->definition = column->not_null
							 ? column_definition(r, column, &parts, true)
							 : column->nullable;
}

/* ---- the table ---- */

/* Parses STRICT and WITHOUT ROWID. */
static void
read_options(dbcsl_ddl_reader *r)
{
	dbcsl_ddl *ddl = r->ddl;

	do
	{
		if (dbcsl_ddl_accept_word(r, "strict"))
			ddl->strict = true;
		else if (dbcsl_ddl_accept_word(r, "without"))
		{
			dbcsl_ddl_expect_word(r, "rowid");
			ddl->without_rowid = true;
		}
		else if (r->token.kind != DBCSL_END && !dbcsl_ddl_at_character(r, ';'))
			dbcsl_ddl_refuse(r);
	} while (dbcsl_ddl_accept_character(r, ','));
}

void
dbcsl_ddl_read_table(dbcsl_ddl_reader *r)
{
	const dbcsl_ddl *ddl = r->ddl;

	dbcsl_ddl_expect_character(r, '(');
	do
		read_column(r);
	while (dbcsl_ddl_accept_character(r, ',') &&
		   !dbcsl_ddl_at_table_constraint(r));
	/* commas between constraints are optional */
	r->constraint_name = NULL;
	while (r->token.kind != DBCSL_END && !dbcsl_ddl_at_character(r, ')'))
	{
		if (dbcsl_ddl_accept_character(r, ','))
			r->constraint_name = NULL;
		dbcsl_ddl_read_table_constraint(r);
	}
	dbcsl_ddl_expect_character(r, ')');
	read_options(r);
	dbcsl_ddl_finish_constraints(r);
	dbc_append(&r->out, ddl->without_rowid ? "without rowid" : "");
	if (ddl->strict)
		dbc_append(&r->out, ddl->without_rowid ? ", strict" : "strict");
}
