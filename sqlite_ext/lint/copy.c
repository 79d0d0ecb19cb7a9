/*
 * copy.c
 *	  What happens to the values of a table that a script copies into a new
 *	  one.
 */
#include "sqlite_ext/lint/analysis.h"

#include <string.h>

/* The columns of a copy, by their place. */
typedef struct columns
{
	const char **names; /* NULL for an expression */
	int count;
} columns;

/* Adds a column. */
static void
add_name(dbcsl_lint_analyzer *lint, columns *list, const char *name)
{
	list->names = dbc_grow(&lint->h->base, list->names, (size_t) list->count,
						   sizeof(*list->names));
	list->names[list->count++] = name;
}

/* Adds all columns of a table that can be written. */
static void
add_all(dbcsl_lint_analyzer *lint, columns *list, const dbcsl_ddl *table)
{
	for (int i = 0; i < table->ncolumns; i++)
		if (!table->columns[i].generated)
			add_name(lint, list, table->columns[i].name);
}

/* Reads the column list of INSERT; empty if there is none. */
static columns
read_targets(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	columns list = {0};

	if (!dbcsl_ddl_accept_character(r, '('))
		return list;
	do
		add_name(lint, &list, dbcsl_ddl_read_name(r));
	while (dbcsl_ddl_accept_character(r, ','));
	dbcsl_ddl_expect_character(r, ')');
	return list;
}

/* Skips an item of a SELECT. */
static void
skip_item(dbcsl_ddl_reader *r)
{
	int depth = 0;

	for (; r->token.kind != DBCSL_END; dbcsl_ddl_advance(r))
	{
		if (depth == 0 &&
			(dbcsl_ddl_at_character(r, ',') || dbcsl_ddl_at_word(r, "from")))
			return;
		depth +=
			dbcsl_ddl_at_character(r, '(') - dbcsl_ddl_at_character(r, ')');
	}
}

/* Reads an item of a SELECT: the name if it is a column, or NULL. */
static const char *
read_item(dbcsl_lint_analyzer *lint)
{
	dbcsl_ddl_reader *r = &lint->r;
	dbcsl_token first = r->token;
	dbcsl_token next = dbcsl_next_token(&first);

	if (next.length == 1 && next.text[0] == '.')
	{
		first = dbcsl_next_token(&next);
		next = dbcsl_next_token(&first);
	}
	skip_item(r);
	if ((first.kind != DBCSL_WORD &&
		 (first.kind != DBCSL_QUOTED || first.text[0] == '\'')) ||
		!(next.text[0] == ',' || dbcsl_is_word(&next, "from") ||
		  dbcsl_is_word(&next, "as")))
		return NULL;
	return dbcsl_unquote_token(lint->h, &first);
}

/* Reads the list of a SELECT; *all is whether it is "*". */
static columns
read_items(dbcsl_lint_analyzer *lint, bool *all)
{
	dbcsl_ddl_reader *r = &lint->r;
	columns list = {0};

	*all = dbcsl_ddl_accept_character(r, '*');
	if (*all)
		return list;
	do
		add_name(lint, &list, read_item(lint));
	while (dbcsl_ddl_accept_character(r, ','));
	return list;
}

/* What SQLite makes of the type of a column. */
typedef enum affinity
{
	TO_INTEGER,
	TO_TEXT,
	AS_IT_IS,
	TO_REAL,
	TO_NUMBER
} affinity;

/* The affinity of a type, which is in normal form: in lower case. */
static affinity
affinity_of(const char *type)
{
	if (strstr(type, "int"))
		return TO_INTEGER;
	if (strstr(type, "char") || strstr(type, "clob") || strstr(type, "text"))
		return TO_TEXT;
	if (type[0] == '\0' || strstr(type, "blob"))
		return AS_IT_IS;
	if (strstr(type, "real") || strstr(type, "floa") || strstr(type, "doub"))
		return TO_REAL;
	return TO_NUMBER;
}

/* Records that a column has another name from now on. */
static void
record_moved(dbcsl_lint_script_history *past, dbcsl_host *h, const char *column)
{
	past->moved = dbc_grow(&h->base, past->moved, (size_t) past->nmoved,
						   sizeof(*past->moved));
	past->moved[past->nmoved++] = column;
}

/* Adds the operations of one column. */
static void
compare_column(dbcsl_lint_analyzer *lint, dbc_lint_object *source,
			   const dbcsl_ddl *from, int from_number, const dbcsl_ddl *to,
			   int to_number)
{
	const dbcsl_ddl_column *old = &from->columns[from_number];
	const dbcsl_ddl_column *new = &to->columns[to_number];
	dbc_lint_operation *operation;

	if (sqlite3_stricmp(old->name, new->name) != 0)
		record_moved(lint->past, lint->h, old->name);
	if (new->not_null && !old->not_null && from->rowid_column != from_number)
	{
		operation = dbcsl_lint_add_operation(lint, DBC_V_SET_NOT_NULL, source);
		operation->command = "INSERT ... SELECT";
		operation->column = old->name;
		operation->flags = new->default_value ? DBC_OP_DEFAULT : 0;
		operation->text = new->default_value;
	}
	if (affinity_of(old->type) != affinity_of(new->type))
	{
		operation = dbcsl_lint_add_operation(lint, DBC_V_CHANGE_TYPE, source);
		operation->command = "INSERT ... SELECT";
		operation->column = old->name;
		operation->old_type = old->type;
		operation->type = new->type;
		operation->flags = to->strict ? DBC_OP_STRICT_TABLE : 0;
	}
}

/* Whether a SELECT reads no table but the one just read. */
static bool
at_end_of_from(const dbcsl_ddl_reader *r)
{
	return r->token.kind == DBCSL_END || dbcsl_ddl_at_word(r, "where") ||
		   dbcsl_ddl_at_word(r, "order") || dbcsl_ddl_at_word(r, "on");
}

/* Reads the rest of INSERT ... SELECT. */
void
dbcsl_lint_analyze_copy(dbcsl_lint_analyzer *lint,
						const dbc_lint_object *target)
{
	dbcsl_ddl_reader *r = &lint->r;
	columns targets = read_targets(lint);
	columns items;
	dbcsl_lint_qualified_name name;
	dbc_lint_object *source;
	dbcsl_ddl from;
	dbcsl_ddl to;
	bool all;

	if (!dbc_lint_is_created_here(lint->session, target) ||
		!dbcsl_ddl_accept_word(r, "select"))
		return;
	items = read_items(lint, &all);
	dbcsl_ddl_expect_word(r, "from");
	name = dbcsl_lint_read_qualified_name(r);
	if (r->refused || !at_end_of_from(r))
		return;
	source = dbcsl_lint_find_object(lint, "table", name);
	if (!dbcsl_lint_read_definition(lint, target, &to) ||
		!dbcsl_lint_read_definition(lint, source, &from))
		return;
	if (targets.count == 0)
		add_all(lint, &targets, &to);
	if (all)
		add_all(lint, &items, &from);
	for (int i = 0; i < items.count && i < targets.count; i++)
	{
		int old =
			items.names[i] ? dbcsl_find_column(&from, items.names[i]) : -1;
		int new = dbcsl_find_column(&to, targets.names[i]);

		if (old >= 0 && new >= 0)
			compare_column(lint, source, &from, old, &to, new);
	}
}
