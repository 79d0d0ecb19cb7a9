/*
 * sqlite_verify_name.c
 *	  Names of constraints that have none: those PostgreSQL would give them.
 */
#include "sqlite_verify.h"

#include <string.h>

#include "text.h"

/* Bytes of the longest name. */
#define MAX_NAME 63

/* Notes a name that is taken. */
void
dbcsl_take_name(dbcsl_names *names, const char *name)
{
	names->taken = dbcsl_grow(names->h, names->taken, (size_t) names->ntaken,
							  sizeof(*names->taken));
	names->taken[names->ntaken++] = name;
}

/* Whether a name is taken. */
static bool
is_taken(const dbcsl_names *names, const char *name)
{
	int i;

	for (i = 0; i < names->ntaken; i++)
		if (strcmp(names->taken[i], name) == 0)
			return true;
	return false;
}

/* The length of text cut to a number of bytes, not within a character. */
static int
cut(const char *text, int length)
{
	while (length > 0 && ((unsigned char) text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* "table_addition_label", or without the addition; of both, the longer is cut
 * until all fits. */
static const char *
join(const dbcsl_names *names, const char *addition, const char *label)
{
	int first = (int) strlen(names->table);
	int second = (int) strlen(addition);
	int room = MAX_NAME - (int) strlen(label) - 1 - (second > 0);

	while (first + second > room)
	{
		if (first > second)
			first--;
		else
			second--;
	}
	first = cut(names->table, first);
	second = cut(addition, second);
	return dbc_format(&names->h->base, "%.*s%s%.*s_%s", first, names->table,
					  second > 0 ? "_" : "", second, addition, label);
}

/* A name nobody has, of the table, of columns and a label. */
const char *
dbcsl_make_name(dbcsl_names *names, const char *const *columns, int ncolumns,
				const char *label)
{
	dbc_buffer addition;
	const char *numbered = label;
	const char *name;
	int i;

	dbc_buffer_init(&addition, &names->h->base);
	for (i = 0; i < ncolumns && addition.length <= MAX_NAME; i++)
	{
		dbc_append(&addition, i > 0 ? "_" : "");
		dbc_append(&addition, columns[i]);
	}
	name = join(names, addition.data, label);
	for (i = 1; is_taken(names, name); i++)
	{
		numbered = dbc_format(&names->h->base, "%s%d", label, i);
		name = join(names, addition.data, numbered);
	}
	dbcsl_take_name(names, name);
	return name;
}

/* The column an expression is about; NULL if that is none, or several. */
static const char *
only_column(dbcsl_host *h, const dbcsl_layout *layout, const char *expression)
{
	dbcsl_token token = dbcsl_first_token(expression);
	const char *found = NULL;

	while (token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);
		bool calls = next.length == 1 && strchr("(.", next.text[0]);
		const dbcsl_field *field = NULL;

		if ((token.kind == DBCSL_WORD && !calls) ||
			(token.kind == DBCSL_QUOTED && token.text[0] != '\'' && !calls))
			field = dbcsl_find_field(layout, dbcsl_unquoted(h, &token));
		if (field && found && found != field->name)
			return NULL;
		if (field)
			found = field->name;
		token = next;
	}
	return found;
}

/* The name of a CHECK that has none. */
const char *
dbcsl_make_check_name(dbcsl_names *names, const dbcsl_layout *layout,
					  const char *expression)
{
	const char *column = only_column(names->h, layout, expression);

	return dbcsl_make_name(names, &column, column ? 1 : 0, "check");
}
