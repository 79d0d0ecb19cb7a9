/*
 * ddl.c
 *	  Parsing CREATE statements: everything except the column list of a table.
 */
#include "sqlite_ext/sql/ddl.h"
#include "sqlite_ext/sql/ddl_reader.h"

/* Appends all remaining tokens of the statement, without its semicolon.  What a
 * file stores behind that is not read by SQLite either.  In a trigger only the
 * last word follows a semicolon and is END. */
static void
read_rest(dbcsl_ddl_reader *r, bool is_trigger)
{
	dbcsl_token_writer writer = dbcsl_start_token_writer(&r->out);
	bool in_body = is_trigger;
	bool after_semicolon = false;

	if (r->is_head)
		r->token.kind = DBCSL_END;
	for (; r->token.kind != DBCSL_END; dbcsl_ddl_advance(r))
	{
		if (r->token.kind == DBCSL_SEMICOLON && !in_body)
			return;
		if (after_semicolon && dbcsl_ddl_at_word(r, "end"))
			in_body = false;
		after_semicolon = r->token.kind == DBCSL_SEMICOLON;
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
		dbcsl_ddl_read_item(r, &writer);
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
	if (r->token.kind != DBCSL_END && r->token.kind != DBCSL_SEMICOLON)
		dbc_append(&r->out, " ");
	read_rest(r, false);
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
	read_rest(r, true);
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
		read_rest(r, false);
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
		bool is_trigger = ddl.kind == DBCSL_TRIGGER;

		ddl = (dbcsl_ddl){.kind = DBCSL_UNKNOWN, .rowid_column = -1};
		dbcsl_ddl_take_normal_form(&r);
		r.token = dbcsl_first_token(sql);
		read_rest(&r, is_trigger);
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
