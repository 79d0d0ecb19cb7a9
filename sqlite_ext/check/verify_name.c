/*
 * verify_name.c
 *	  Names for unnamed constraints, as PostgreSQL would choose them.
 */
#include "sqlite_ext/check/verify.h"

#include <string.h>

/* Bytes of the longest name. */
#define MAX_NAME 63

struct dbcsl_check_taken_name
{
	struct dbcsl_check_taken_name *next; /* in the same bucket */
	const char *name;
	int number; /* the suffix to try next for this name */
};

static dbcsl_check_taken_name **
bucket_of(const dbcsl_check_constraint_names *names, const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char) *name) * 16777619u;
	return &names->buckets[hash & (names->nbuckets - 1)];
}

/* The entry of a name that is taken, or NULL. */
static dbcsl_check_taken_name *
find_taken(const dbcsl_check_constraint_names *names, const char *name)
{
	dbcsl_check_taken_name *taken =
		names->nbuckets > 0 ? *bucket_of(names, name) : NULL;

	while (taken && strcmp(taken->name, name) != 0)
		taken = taken->next;
	return taken;
}

static void
put(dbcsl_check_constraint_names *names, dbcsl_check_taken_name *taken)
{
	dbcsl_check_taken_name **bucket = bucket_of(names, taken->name);

	taken->next = *bucket;
	*bucket = taken;
}

/* Doubles the number of buckets. */
static void
grow(dbcsl_check_constraint_names *names)
{
	dbcsl_check_constraint_names old = *names;

	names->nbuckets = old.nbuckets > 0 ? 4 * old.nbuckets : 16;
	names->buckets =
		dbcsl_alloc(&names->h->base, names->nbuckets * sizeof(*names->buckets));
	for (size_t i = 0; i < old.nbuckets; i++)
		while (old.buckets[i])
		{
			dbcsl_check_taken_name *taken = old.buckets[i];

			old.buckets[i] = taken->next;
			put(names, taken);
		}
}

/* Records that a name is taken. */
void
dbcsl_check_record_name(dbcsl_check_constraint_names *names, const char *name)
{
	dbcsl_check_taken_name *taken =
		dbcsl_alloc(&names->h->base, sizeof(*taken));

	if (names->ntaken >= names->nbuckets)
		grow(names);
	names->ntaken++;
	*taken = (dbcsl_check_taken_name){.name = name, .number = 1};
	put(names, taken);
}

/* The length of text cut to a number of bytes, not within a character. */
static int
cut(const char *text, int length)
{
	while (length > 0 && ((unsigned char) text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* "table_addition_label", or without the addition; the longer part is cut until
 * all fit. */
static const char *
join(const dbcsl_check_constraint_names *names, const char *addition,
	 const char *label)
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

/* A new name made of the table, columns and a label. */
const char *
dbcsl_check_make_constraint_name(dbcsl_check_constraint_names *names,
								 const char *const *columns, int ncolumns,
								 const char *label)
{
	dbc_buffer addition;
	dbcsl_check_taken_name *taken;
	const char *name;

	dbc_buffer_init(&addition, &names->h->base);
	for (int i = 0; i < ncolumns && addition.length <= MAX_NAME; i++)
	{
		dbc_append(&addition, i > 0 ? "_" : "");
		dbc_append(&addition, columns[i]);
	}
	name = join(names, addition.data, label);
	taken = find_taken(names, name);
	while (taken && find_taken(names, name))
		name =
			join(names, addition.data,
				 dbc_format(&names->h->base, "%s%d", label, taken->number++));
	dbcsl_check_record_name(names, name);
	return name;
}

/* The only column of an expression, or NULL. */
static const char *
only_column(dbcsl_host *h, const dbcsl_check_table_layout *layout,
			const char *expression)
{
	dbcsl_token token = dbcsl_first_token(expression);
	const char *found = NULL;

	while (token.kind != DBCSL_END)
	{
		dbcsl_token next = dbcsl_next_token(&token);
		bool calls = next.length == 1 && strchr("(.", next.text[0]);
		const dbcsl_check_layout_column *field = NULL;

		if ((token.kind == DBCSL_WORD && !calls) ||
			(token.kind == DBCSL_QUOTED && token.text[0] != '\'' && !calls))
			field = dbcsl_check_find_layout_column(
				layout, dbcsl_unquote_token(h, &token));
		if (field && found && found != field->name)
			return NULL;
		if (field)
			found = field->name;
		token = next;
	}
	return found;
}

const char *
dbcsl_check_make_check_name(dbcsl_check_constraint_names *names,
							const dbcsl_check_table_layout *layout,
							const char *expression)
{
	const char *column = only_column(names->h, layout, expression);

	return dbcsl_check_make_constraint_name(names, &column, column ? 1 : 0,
											"check");
}
