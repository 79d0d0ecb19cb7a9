/*
 * allowed.c
 *	  What an authorizer of the application ignores.
 *
 * Where an authorizer answers SQLITE_IGNORE, SQLite prepares another statement:
 * it reads NULL in place of a column or a function, and changes nothing.  Since
 * it does not tell when the authorizer is removed, only statements of which no
 * part was ignored outlive their call.  SQLite does not tell either what it has
 * ignored, nor whether there is an authorizer; so the parts that the text names
 * are tried:
 *
 *	columns		each as a column of a result, which has the name of the column, or
 *				that which is written if it is ignored
 *	functions	SQLite lists them in the program of the statement; some are no part
 *				of it, and are called
 *	INSERT		the program inserts
 *	UPDATE		the program of another one, with a parameter for each column
 *
 * A DELETE that is ignored deletes all the same.  What cannot be tried counts as
 * ignored.
 */
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/replaced.h"
#include "sqlite_ext/core/samples_file.h"
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/sql/token.h"
#include "sqlite_ext/trust/allowed.h"
#include "sqlite_ext/trust/reach_text.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

#include "common/core/text.h"

/* Prepares a statement that is tried; the second function ends it. */
static bool
prepare(dbcsl_host *h, const char *text)
{
	return sqlite3_prepare_v2(h->db, text, -1, &h->tried, NULL) == SQLITE_OK;
}

static void
end_trial(dbcsl_host *h)
{
	sqlite3_finalize(h->tried);
	h->tried = NULL;
}

/* ---- columns ---- */

/* The names in a column of a pragma about a table; *count is -1 if it is
 * ignored. */
static const char **
list_names(dbcsl_host *h, const char *schema, const char *pragma,
		   const char *table, int column, int *count)
{
	const char **names = NULL;

	*count = prepare(h, dbcsl_printf(h, "pragma \"%w\".%s(\"%w\")", schema,
									 pragma, table)) &&
					 sqlite3_column_count(h->tried) > 0
				 ? 0
				 : -1;
	while (*count >= 0 && sqlite3_step(h->tried) == SQLITE_ROW)
	{
		const char *name = (const char *) sqlite3_column_text(h->tried, column);

		names = dbc_grow(&h->base, names, (size_t) *count, sizeof(*names));
		names[(*count)++] = dbc_copy(&h->base, name, strlen(name));
	}
	end_trial(h);
	return names;
}

/* The columns of a table, hidden ones too. */
static const char **
list_columns(dbcsl_host *h, const char *schema, const char *table, int *count)
{
	return list_names(h, schema, "table_xinfo", table, 1, count);
}

/* Whether the names of results are those of columns, not those written. */
static bool
are_read(dbcsl_host *h, const char *schema, const char *table,
		 const char **columns, int count)
{
	dbc_buffer text;
	bool are = true;

	dbc_buffer_init(&text, &h->base);
	for (int i = 0; i < count; i++)
		dbc_append(&text, dbcsl_printf(h, "%s\"%w\"", i > 0 ? ", " : "select ",
									   columns[i]));
	/* dbcare_known is asked by its first column alone */
	are = prepare(h, dbcsl_printf(h, "%s from \"%w\".\"%w\" where \"%w\" = ''",
								  text.data, schema, table, columns[0]));
	for (int i = 0; are && i < count; i++)
		are = dbc_same(sqlite3_column_name(h->tried, i), columns[i]);
	end_trial(h);
	return are;
}

bool
dbcsl_are_columns_allowed(dbcsl_host *h, const char *table)
{
	int count;
	const char **columns = list_columns(h, "main", table, &count);

	return count > 0 && are_read(h, "main", table, columns, count);
}

bool
dbcsl_is_pragma_allowed(dbcsl_host *h, const char *pragma, const char *about)
{
	bool is =
		prepare(h, dbcsl_printf(h, "pragma main.%s(\"%w\")", pragma, about)) &&
		sqlite3_column_count(h->tried) > 0;

	end_trial(h);
	return is;
}

bool
dbcsl_are_indexes_allowed(dbcsl_host *h, const char *table)
{
	int count;
	const char **names = list_names(h, "main", "index_list", table, 1, &count);
	bool are = count >= 0;

	for (int i = 0; are && i < count; i++)
		are = dbcsl_is_pragma_allowed(h, "index_xinfo", names[i]);
	return are;
}

/* How often an opcode is in the program of a statement; -1 if there is none. */
static int
count_steps(dbcsl_host *h, const char *text, const char *opcode)
{
	int count = prepare(h, dbcsl_printf(h, "explain %s", text)) ? 0 : -1;

	while (count >= 0 && sqlite3_step(h->tried) == SQLITE_ROW)
		count +=
			dbc_same((const char *) sqlite3_column_text(h->tried, 1), opcode);
	end_trial(h);
	return count;
}

/* Whether an UPDATE changes all columns of a table. */
static bool
are_changed(dbcsl_host *h, const char *schema, const char *table,
			const char **columns, int count)
{
	dbc_buffer text;

	dbc_buffer_init(&text, &h->base);
	dbc_append(&text,
			   dbcsl_printf(h, "update \"%w\".\"%w\" set ", schema, table));
	for (int i = 0; i < count; i++)
		dbc_append(&text, dbcsl_printf(h, "%s\"%w\" = ?", i > 0 ? ", " : "",
									   columns[i]));
	return count_steps(h, text.data, "Variable") == count;
}

/* Whether a table may be read, or changed by UPDATE. */
static bool
is_table_allowed(dbcsl_host *h, const char *schema, const char *table,
				 bool update)
{
	const char *key =
		dbc_format(&h->base, "%s %s.%s", update ? "u" : "r", schema, table);
	const bool *known = dbcsl_recall_allowed(h, key);
	const char **columns;
	bool is_allowed;
	int count;

	if (known)
		return *known;
	columns = list_columns(h, schema, table, &count);
	is_allowed = count > 0 && (update ? are_changed : are_read)(
								  h, schema, table, columns, count);
	dbcsl_remember_allowed(h, key, is_allowed);
	return is_allowed;
}

/* ---- functions ---- */

/* Those that SQLite computes without a call, or not where it can use an index,
 * and a recursive query. */
static bool
has_common_functions(dbcsl_host *h)
{
	static const char text[] =
		"with recursive s(i) as (select 1 union all select i + 1 from s where "
		"i < 2) select count(*) = 2 and coalesce(max(i), 0) = 2 and "
		"ifnull(min(i), 0) = 1 and iif(1, 1, 0) and 'a' like 'a' and 'a' glob "
		"'a' from s";
	const bool *known = dbcsl_recall_allowed(h, text);
	bool has;

	if (known)
		return *known;
	has = prepare(h, text) && sqlite3_step(h->tried) == SQLITE_ROW &&
		  sqlite3_column_int(h->tried, 0) == 1;
	end_trial(h);
	dbcsl_remember_allowed(h, text, has);
	return has;
}

/* Whether a word before a parenthesis is tried in another way, or is none of a
 * function. */
static bool
is_other(const dbcsl_token *word)
{
	static const char *const others[] = {
		/* see has_common_functions() */
		"coalesce", "count", "glob", "ifnull", "iif", "like", "max", "min",
		/* not functions */
		"all", "and", "as", "between", "by", "case", "cast", "check",
		"conflict", "distinct", "else", "except", "exists", "filter", "from",
		"having", "in", "intersect", "is", "join", "limit", "materialized",
		"not", "offset", "on", "or", "over", "partition", "returning", "select",
		"set", "then", "union", "using", "values", "when", "where", NULL};

	for (const char *const *one = others; *one; one++)
		if (dbcsl_is_word(word, *one))
			return true;
	return false;
}

/* ---- statements ---- */

/* What is known of a statement that is tried. */
typedef struct trial
{
	dbcsl_host *h;
	dbc_buffer calls; /* "\nNAME(" for each function in its program */
	bool inserts;
	bool updates; /* or an INSERT may */
	bool fires;	  /* triggers, or actions of foreign keys */
	bool deletes; /* as REPLACE does, with what the children of the row need */
} trial;

static bool
has_word(const char *text, const char *word)
{
	dbcsl_token token = dbcsl_first_token(text);

	while (token.kind != DBCSL_END && !dbcsl_is_word(&token, word))
		token = dbcsl_next_token(&token);
	return token.kind != DBCSL_END;
}

/* Reads the program of a statement, which may not be prepared in a database where
 * none is kept. */
static bool
read_program(trial *t, const char *text)
{
	dbcsl_host *h = t->h;
	bool has = !dbcsl_is_replaced(h->db) &&
			   prepare(h, dbcsl_printf(h, "explain %s", text));

	dbc_buffer_init(&t->calls, &h->base);
	dbc_append(&t->calls, "\n");
	while (has && sqlite3_step(h->tried) == SQLITE_ROW)
	{
		const char *opcode = (const char *) sqlite3_column_text(h->tried, 1);
		const char *detail = (const char *) sqlite3_column_text(h->tried, 5);

		t->inserts |= dbc_same(opcode, "Insert") ||
					  dbc_same(opcode, "IdxInsert") ||
					  dbc_same(opcode, "VUpdate");
		t->fires |= dbc_same(opcode, "Program");
		t->deletes |= dbc_same(opcode, "Delete");
		if (detail && strchr(detail, '('))
			dbc_append_format(&t->calls, "%s\n", detail);
	}
	end_trial(h);
	return has;
}

uint32_t
dbcsl_functions_of(dbcsl_host *h, const char *text)
{
	trial t = {.h = h};
	uint32_t hash = 2166136261u; /* FNV-1a */

	(void) read_program(&t, text);
	for (const char *at = t.calls.data; *at; at++)
		hash = (hash ^ (unsigned char) *at) * 16777619u;
	return hash;
}

static bool
is_called(const trial *t, const dbcsl_token *word)
{
	const char *line =
		dbc_format(&t->h->base, "\n%.*s(", (int) word->length, word->text);

	return strstr(t->calls.data, line) != NULL;
}

/* Whether a parenthesis has the columns of a name in WITH. */
static bool
is_query_name(dbcsl_token open)
{
	dbcsl_token token = open;
	int depth = 1;

	while (depth > 0 && token.kind != DBCSL_END)
	{
		token = dbcsl_next_token(&token);
		if (token.length == 1)
			depth += (*token.text == '(') - (*token.text == ')');
	}
	token = dbcsl_next_token(&token);
	if (!dbcsl_is_word(&token, "as"))
		return false;
	token = dbcsl_next_token(&token);
	return token.length == 1 && *token.text == '(';
}

/* Whether a token begins the name of a table: embedded statements have none of
 * others. */
static bool
names_table(const dbcsl_token *word, const dbcsl_token *next)
{
	static const char *const prefixes[] = {"dbcare_", "pragma_", "sqlite_",
										   "json_each", "json_tree"};

	if (word->kind != DBCSL_WORD || (next->length == 1 && *next->text == '.'))
		return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (word->length >= strlen(prefixes[i]) &&
			sqlite3_strnicmp(word->text, prefixes[i],
							 (int) strlen(prefixes[i])) == 0)
			return true;
	return false;
}

/* Tries the tables and functions that a text names. */
static bool
are_names_allowed(trial *t, const char *text)
{
	dbcsl_host *h = t->h;
	const char *schema = "main";
	bool are = true;
	bool is_changed = false; /* the table that is named next */
	dbcsl_token token = dbcsl_first_token(text);

	while (are && token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);

		if (next.length == 1 && *next.text == '.')
			schema = dbcsl_unquote_token(h, &token);
		else if (names_table(&token, &next) && !is_called(t, &token))
		{
			const char *table = dbcsl_unquote_token(h, &token);

			are = is_table_allowed(h, schema, table, false) &&
				  (!is_changed || !t->updates ||
				   is_table_allowed(h, schema, table, true));
		}
		else if (token.kind == DBCSL_WORD && next.length == 1 &&
				 *next.text == '(')
			are =
				is_other(&token) || is_called(t, &token) || is_query_name(next);
		else if (token.kind != DBCSL_OTHER)
			schema = "main";
		if (dbcsl_is_word(&token, "into") || dbcsl_is_word(&token, "update"))
			is_changed = true;
		else if (!dbcsl_is_word(&token, "main") && token.kind != DBCSL_OTHER)
			is_changed = false;
		token = next;
	}
	return are;
}

bool
dbcsl_is_allowed(dbcsl_host *h, const char *text)
{
	trial t = {.h = h};
	dbcsl_token first = dbcsl_first_token(text);

	t.updates = has_word(text, "update");
	if (!h->connection || h->in_samples)
		return false;
	dbcsl_check_allowed(h);
	return has_common_functions(h) && read_program(&t, text) &&
		   (t.inserts || !dbcsl_is_word(&first, "insert")) &&
		   are_names_allowed(&t, text);
}

/* Whether a program calls all functions that definitions name. */
static bool
calls_all(const trial *t, const char *names)
{
	for (const char *line = names + 1; *line; line = strchr(line, '\n') + 1)
	{
		size_t length = (size_t) (strchr(line, '\n') - line);
		char *call = dbc_copy(&t->h->base, line, length + 1);

		if (*line != DBCSL_FUNCTION)
			return false;
		call[0] = '\n';
		call[length] = '(';
		for (char *c = call; *c; c++)
			*c = dbc_lower(*c);
		if (!strstr(t->calls.data, call))
			return false;
	}
	return true;
}

/* Whether the parents of a table may be read. */
static bool
are_parents_allowed(dbcsl_host *h, const char *table)
{
	int count;
	const char **parents =
		list_names(h, "main", "foreign_key_list", table, 2, &count);
	bool are = count >= 0;

	for (int i = 0; are && i < count; i++)
		are = dbcsl_are_columns_allowed(h, parents[i]);
	return are;
}

bool
dbcsl_is_insert_allowed(dbcsl_host *h, const char *text, const char *table)
{
	trial t = {.h = h};
	dbcsl_token first = dbcsl_first_token(text);
	const char *names = dbcsl_is_word(&first, "insert")
							? dbcsl_recall_followed(h, dbcsl_shape_of(h, text))
							: NULL;

	return names && !has_word(text, "update") && read_program(&t, text) &&
		   t.inserts && !t.fires && !t.deletes && calls_all(&t, names) &&
		   dbcsl_are_columns_allowed(h, table) && are_parents_allowed(h, table);
}
