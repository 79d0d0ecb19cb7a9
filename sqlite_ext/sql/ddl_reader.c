/*
 * ddl_reader.c
 *	  Parsing CREATE statements: the reader.
 */
#include "sqlite_ext/sql/ddl.h"
#include "sqlite_ext/sql/ddl_reader.h"

/* Skips the next token, if there is one. */
void
dbcsl_ddl_advance(dbcsl_ddl_reader *r)
{
	if (r->token.kind == DBCSL_END)
		return;
	r->end = r->token.text + r->token.length;
	r->token = dbcsl_next_token(&r->token);
}

/* Stops parsing. */
void
dbcsl_ddl_refuse(dbcsl_ddl_reader *r)
{
	r->refused = true;
	r->token = (dbcsl_token){DBCSL_END, r->token.text, 0};
}

bool
dbcsl_ddl_at_character(const dbcsl_ddl_reader *r, char c)
{
	return r->token.length == 1 && r->token.text[0] == c;
}

bool
dbcsl_ddl_accept_character(dbcsl_ddl_reader *r, char c)
{
	bool there = dbcsl_ddl_at_character(r, c);

	if (there)
		dbcsl_ddl_advance(r);
	return there;
}

void
dbcsl_ddl_expect_character(dbcsl_ddl_reader *r, char c)
{
	if (!dbcsl_ddl_accept_character(r, c))
		dbcsl_ddl_refuse(r);
}

bool
dbcsl_ddl_at_word(const dbcsl_ddl_reader *r, const char *word)
{
	return dbcsl_is_word(&r->token, word);
}

bool
dbcsl_ddl_accept_word(dbcsl_ddl_reader *r, const char *word)
{
	bool there = dbcsl_ddl_at_word(r, word);

	if (there)
		dbcsl_ddl_advance(r);
	return there;
}

void
dbcsl_ddl_expect_word(dbcsl_ddl_reader *r, const char *word)
{
	if (!dbcsl_ddl_accept_word(r, word))
		dbcsl_ddl_refuse(r);
}

const char *
dbcsl_ddl_read_name(dbcsl_ddl_reader *r)
{
	const char *name;

	if (r->token.kind != DBCSL_WORD && r->token.kind != DBCSL_QUOTED)
	{
		dbcsl_ddl_refuse(r);
		return "";
	}
	name = dbcsl_unquote_token(r->h, &r->token);
	dbcsl_ddl_advance(r);
	return name;
}

void
dbcsl_ddl_read_item(dbcsl_ddl_reader *r, dbcsl_token_writer *writer)
{
	int depth = 0;

	while (r->token.kind != DBCSL_END)
	{
		if (depth == 0 &&
			(dbcsl_ddl_at_character(r, ',') || dbcsl_ddl_at_character(r, ')')))
			return;
		depth +=
			dbcsl_ddl_at_character(r, '(') - dbcsl_ddl_at_character(r, ')');
		dbcsl_write_token(writer, &r->token);
		dbcsl_ddl_advance(r);
	}
}

const char *
dbcsl_ddl_read_group(dbcsl_ddl_reader *r)
{
	dbcsl_token_writer writer = dbcsl_start_token_writer(&r->out);
	const char *start;
	const char *text;

	dbcsl_ddl_expect_character(r, '(');
	start = r->token.text;
	dbcsl_ddl_read_item(r, &writer);
	/* a list, such as a row value, is one expression here */
	while (dbcsl_ddl_at_character(r, ','))
	{
		dbcsl_write_token(&writer, &r->token);
		dbcsl_ddl_advance(r);
		dbcsl_ddl_read_item(r, &writer);
	}
	text = dbcsl_ddl_text_since(r, start);
	dbcsl_ddl_expect_character(r, ')');
	return text;
}

/* Whether the token after the next one ends a list item that is a plain
 * name. */
static bool
name_ends(const dbcsl_ddl_reader *r)
{
	dbcsl_token after = dbcsl_next_token(&r->token);

	return after.text[0] == ',' || after.text[0] == ')' ||
		   dbcsl_is_word(&after, "collate") || dbcsl_is_word(&after, "asc") ||
		   dbcsl_is_word(&after, "desc") ||
		   dbcsl_is_word(&after, "autoincrement");
}

const char *
dbcsl_ddl_read_indexed(dbcsl_ddl_reader *r)
{
	dbcsl_token_writer writer = dbcsl_start_token_writer(&r->out);
	const char *name = NULL;
	int depth = 0;

	if ((r->token.kind == DBCSL_WORD || r->token.kind == DBCSL_QUOTED) &&
		name_ends(r))
	{
		name = dbcsl_ddl_read_name(r);
		dbcsl_append_normal_name(&r->out, name);
		writer.glued = false;
	}
	while (r->token.kind != DBCSL_END)
	{
		if (depth == 0 &&
			(dbcsl_ddl_at_character(r, ',') || dbcsl_ddl_at_character(r, ')') ||
			 dbcsl_ddl_at_word(r, "autoincrement")))
			break;
		depth +=
			dbcsl_ddl_at_character(r, '(') - dbcsl_ddl_at_character(r, ')');
		if (depth > 0 || !dbcsl_ddl_at_word(r, "asc"))
			dbcsl_write_token(&writer, &r->token);
		dbcsl_ddl_advance(r);
	}
	return name;
}

const char *
dbcsl_ddl_take_normal_form(dbcsl_ddl_reader *r)
{
	const char *text = dbc_copy(&r->h->base, r->out.data, r->out.length);

	r->out.length = 0;
	r->out.data[0] = '\0';
	return text;
}

const char *
dbcsl_ddl_text_since(dbcsl_ddl_reader *r, const char *start)
{
	return dbc_copy(&r->h->base, start,
					r->end > start ? (size_t) (r->end - start) : 0);
}

int
dbcsl_find_column(const dbcsl_ddl *table, const char *name)
{
	for (int i = 0; i < table->ncolumns; i++)
		if (sqlite3_stricmp(table->columns[i].name, name) == 0)
			return i;
	return -1;
}
