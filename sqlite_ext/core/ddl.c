/*
 * ddl.c
 *	  Parsing CREATE statements: the reader, and everything except the column
 *	  list of a table.
 */
#include "sqlite_ext/core/ddl_reader.h"

/* ---- the reader ---- */

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

/* Appends the tokens up to the end of a list item. */
static void
read_item(dbcsl_ddl_reader *r, dbcsl_token_writer *writer)
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
	read_item(r, &writer);
	/* a list, such as a row value, is one expression here */
	while (dbcsl_ddl_at_character(r, ','))
	{
		dbcsl_write_token(&writer, &r->token);
		dbcsl_ddl_advance(r);
		read_item(r, &writer);
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

/* ---- statements ---- */

/* Appends all remaining tokens, without a semicolon at the end. */
static void
read_rest(dbcsl_ddl_reader *r)
{
	dbcsl_token_writer writer = dbcsl_start_token_writer(&r->out);

	if (r->is_head)
		r->token.kind = DBCSL_END;
	for (; r->token.kind != DBCSL_END; dbcsl_ddl_advance(r))
	{
		dbcsl_token next = dbcsl_next_token(&r->token);

		if (r->token.kind == DBCSL_SEMICOLON && next.kind == DBCSL_END)
			return;
		dbcsl_write_token(&writer, &r->token);
	}
}

/* Reads a module name and its arguments after USING; their syntax depends on
 * the module. */
static void
read_virtual_table(dbcsl_ddl_reader *r)
{
	dbcsl_ddl_expect_word(r, "using");
	dbc_append(&r->out, "using ");
	dbcsl_append_normal_name(&r->out, dbcsl_ddl_read_name(r));
	if (!dbcsl_ddl_accept_character(r, '('))
		return;
	dbc_append(&r->out, "(");
	while (r->token.kind != DBCSL_END)
	{
		dbc_buffer ignored;
		dbcsl_token_writer writer;
		const char *start = r->token.text;

		dbc_buffer_init(&ignored, &r->h->base);
		writer = dbcsl_start_token_writer(&ignored);
		read_item(r, &writer);
		dbc_append(&r->out, dbcsl_ddl_text_since(r, start));
		if (!dbcsl_ddl_accept_character(r, ','))
			break;
		dbc_append(&r->out, ", ");
	}
	dbcsl_ddl_expect_character(r, ')');
	dbc_append(&r->out, ")");
}

/* Parses an index from ON on. */
static void
read_index(dbcsl_ddl_reader *r, bool unique)
{
	dbcsl_ddl_expect_word(r, "on");
	r->ddl->table = dbcsl_ddl_read_name(r);
	dbc_append(&r->out, unique ? "unique index on " : "index on ");
	dbcsl_append_normal_name(&r->out, r->ddl->table);
	dbcsl_ddl_expect_character(r, '(');
	dbc_append(&r->out, " (");
	dbcsl_ddl_read_indexed(r);
	while (dbcsl_ddl_accept_character(r, ','))
	{
		dbc_append(&r->out, ", ");
		dbcsl_ddl_read_indexed(r);
	}
	dbcsl_ddl_expect_character(r, ')');
	dbc_append(&r->out, ")");
	if (r->token.kind != DBCSL_END)
		dbc_append(&r->out, " ");
	read_rest(r);
}

/* Parses a trigger after its name; "before" and "for each row" are defaults, so
 * the normal form omits them. */
static void
read_trigger(dbcsl_ddl_reader *r)
{
	dbcsl_token_writer writer = dbcsl_start_token_writer(&r->out);

	if (!dbcsl_ddl_at_word(r, "after") && !dbcsl_ddl_at_word(r, "instead"))
	{
		dbc_append(&r->out, "before ");
		dbcsl_ddl_accept_word(r, "before");
	}
	for (; r->token.kind != DBCSL_END && !dbcsl_ddl_at_word(r, "on");
		 dbcsl_ddl_advance(r))
		dbcsl_write_token(&writer, &r->token);
	dbcsl_ddl_expect_word(r, "on");
	dbc_append(&r->out, " on ");
	r->ddl->table = dbcsl_ddl_read_name(r);
	if (dbcsl_ddl_accept_character(r, '.'))
	{
		r->ddl->table_schema = r->ddl->table;
		r->ddl->table = dbcsl_ddl_read_name(r);
	}
	dbcsl_append_normal_name(&r->out, r->ddl->table);
	dbc_append(&r->out, " ");
	if (dbcsl_ddl_accept_word(r, "for"))
	{
		dbcsl_ddl_expect_word(r, "each");
		dbcsl_ddl_expect_word(r, "row");
	}
	read_rest(r);
}

/* Parses IF NOT EXISTS and the qualified name. */
static void
read_own_name(dbcsl_ddl_reader *r)
{
	dbcsl_token second = dbcsl_next_token(&r->token);

	if (dbcsl_ddl_at_word(r, "if") && dbcsl_is_word(&second, "not"))
	{
		dbcsl_ddl_advance(r);
		dbcsl_ddl_advance(r);
		dbcsl_ddl_expect_word(r, "exists");
	}
	r->ddl->rest = r->token.text;
	r->ddl->name = dbcsl_ddl_read_name(r);
	if (dbcsl_ddl_accept_character(r, '.'))
	{
		r->ddl->schema = r->ddl->name;
		r->ddl->rest = r->token.text;
		r->ddl->name = dbcsl_ddl_read_name(r);
	}
}

/* Parses a statement from CREATE on. */
static void
read_statement(dbcsl_ddl_reader *r)
{
	bool is_virtual;
	bool unique;

	dbcsl_ddl_expect_word(r, "create");
	if (!dbcsl_ddl_accept_word(r, "temp"))
		dbcsl_ddl_accept_word(r, "temporary");
	unique = dbcsl_ddl_accept_word(r, "unique");
	is_virtual = dbcsl_ddl_accept_word(r, "virtual");
	r->ddl->kind = dbcsl_ddl_at_word(r, "table")	 ? DBCSL_TABLE
				   : dbcsl_ddl_at_word(r, "index")	 ? DBCSL_INDEX
				   : dbcsl_ddl_at_word(r, "view")	 ? DBCSL_VIEW
				   : dbcsl_ddl_at_word(r, "trigger") ? DBCSL_TRIGGER
													 : DBCSL_UNKNOWN;
	if (is_virtual && r->ddl->kind == DBCSL_TABLE)
		r->ddl->kind = DBCSL_VIRTUAL_TABLE;
	dbcsl_ddl_advance(r);
	read_own_name(r);
	if (r->ddl->kind == DBCSL_TABLE)
		dbcsl_ddl_read_table(r);
	else if (r->ddl->kind == DBCSL_VIRTUAL_TABLE)
		read_virtual_table(r);
	else if (r->ddl->kind == DBCSL_INDEX)
		read_index(r, unique);
	else if (r->ddl->kind == DBCSL_TRIGGER)
		read_trigger(r);
	else if (r->ddl->kind == DBCSL_VIEW)
		read_rest(r);
	else
		dbcsl_ddl_refuse(r);
	if (r->token.kind != DBCSL_END && !dbcsl_ddl_at_character(r, ';'))
		dbcsl_ddl_refuse(r);
}

static dbcsl_ddl
read_ddl(dbcsl_host *h, const char *sql, bool is_head)
{
	dbcsl_ddl ddl = {.rowid_column = -1};
	dbcsl_ddl_reader r = {.h = h, .ddl = &ddl, .is_head = is_head};

	r.token = dbcsl_first_token(sql);
	r.end = sql;
	dbc_buffer_init(&r.out, &h->base);
	read_statement(&r);
	if (r.refused)
	{
		ddl = (dbcsl_ddl){.kind = DBCSL_UNKNOWN, .rowid_column = -1};
		dbcsl_ddl_take_normal_form(&r);
		r.token = dbcsl_first_token(sql);
		read_rest(&r);
	}
	ddl.text = dbcsl_ddl_text_since(&r, sql);
	if (ddl.name)
		ddl.rest = ddl.text + (ddl.rest - sql);
	ddl.definition = dbcsl_ddl_take_normal_form(&r);
	return ddl;
}

dbcsl_ddl
dbcsl_read_ddl(dbcsl_host *h, const char *sql)
{
	return read_ddl(h, sql, false);
}

dbcsl_ddl
dbcsl_read_ddl_head(dbcsl_host *h, const char *sql)
{
	return read_ddl(h, sql, true);
}

int
dbcsl_find_column(const dbcsl_ddl *table, const char *name)
{
	for (int i = 0; i < table->ncolumns; i++)
		if (sqlite3_stricmp(table->columns[i].name, name) == 0)
			return i;
	return -1;
}
