/*
 * context.c
 *	  The operations of a script by object, and names for messages.
 */
#include "common/lint/context.h"

#include <string.h>

#include "common/core/sql_scan.h"

/* All operations to one object. */
typedef struct object_operations
{
	const dbc_lint_object *object;
	dbc_lint_operation_link *first;
	dbc_lint_operation_link *last;
	struct object_operations *next; /* next in the same bucket */
} object_operations;

typedef struct dbc_lint_operation_map
{
	object_operations **buckets;
	unsigned nbuckets; /* a power of two */
} dbc_lint_operation_map;

/* The bucket of an object, by its address; the low bits of addresses are all
 * equal. */
static object_operations **
bucket_of(const dbc_lint_operation_map *map, const dbc_lint_object *object)
{
	return &map->buckets[(uintptr_t) object / 64 & (map->nbuckets - 1)];
}

static void
map_operation(const dbc_lint *lint, dbc_lint_operation_map *map,
			  const dbc_lint_operation *operation, int statement)
{
	object_operations **bucket = bucket_of(map, operation->object);
	object_operations *s = *bucket;
	dbc_lint_operation_link *added = dbc_alloc(lint->host, sizeof(*added));

	added->operation = operation;
	added->statement = statement;
	while (s && s->object != operation->object)
		s = s->next;
	if (!s)
	{
		s = dbc_alloc(lint->host, sizeof(*s));
		s->object = operation->object;
		s->first = added;
		s->next = *bucket;
		*bucket = s;
	}
	else
		s->last->next = added;
	s->last = added;
}

const dbc_lint_operation_map *
dbc_lint_map_operations(const dbc_lint *lint)
{
	dbc_lint_operation_map *map = dbc_alloc(lint->host, sizeof(*map));

	map->nbuckets = 16;
	while (map->nbuckets < (unsigned) lint->script->nstatements)
		map->nbuckets *= 2;
	map->buckets =
		dbc_alloc(lint->host, map->nbuckets * sizeof(object_operations *));
	for (int s = 0; s < lint->script->nstatements; s++)
		for (int d = 0; d < lint->analyses[s].noperations; d++)
			if (lint->analyses[s].operations[d].object)
				map_operation(lint, map, &lint->analyses[s].operations[d], s);
	return map;
}

const dbc_lint_operation_link *
dbc_lint_operations_on(const dbc_lint *lint, const dbc_lint_object *object)
{
	const object_operations *s = *bucket_of(lint->operations, object);

	while (s && s->object != object)
		s = s->next;
	return s ? s->first : NULL;
}

/* A linear search: only the operations to one object are compared. */
const dbc_lint_operation *
dbc_lint_find_operation(const dbc_lint *lint, int first, int last,
						uint64_t verbs, const dbc_lint_object *object,
						const char *column)
{
	for (const dbc_lint_operation_link *l =
			 dbc_lint_operations_on(lint, object);
		 l && l->statement < last; l = l->next)
		if (l->statement >= first && (verbs >> l->operation->verb & 1) &&
			(!column ||
			 (l->operation->column && dbc_same(l->operation->column, column))))
			return l->operation;
	return NULL;
}

bool
dbc_lint_has_added_column(const dbc_lint *lint, const dbc_lint_object *object,
						  const char *column)
{
	return dbc_lint_find_operation(lint, 0, lint->statement + 1,
								   DBC_VERB(ADD_COLUMN), object,
								   column) != NULL;
}

bool
dbc_lint_has_column(const char *const *columns, const char *column)
{
	for (; columns && *columns; columns++)
		if (dbc_same(*columns, column))
			return true;
	return false;
}

bool
dbc_lint_begins_transaction(const dbc_lint *lint, int statement)
{
	return lint->script->statements[statement].kind == DBC_STATEMENT_BEGIN;
}

bool
dbc_lint_ends_transaction(const dbc_lint *lint, int statement)
{
	const dbc_statement *s = &lint->script->statements[statement];

	return s->kind == DBC_STATEMENT_COMMIT ||
		   (s->kind == DBC_STATEMENT_TRANSACTION &&
			dbc_same(s->command, "ROLLBACK"));
}

bool
dbc_lint_is_in_transaction(const dbc_lint *lint)
{
	for (int s = lint->statement - 1; s >= 0 && !lint->atomic; s--)
	{
		if (dbc_lint_begins_transaction(lint, s))
			return true;
		if (dbc_lint_ends_transaction(lint, s))
			return false;
	}
	return lint->atomic;
}

bool
dbc_lint_rate_break(const dbc_lint *lint, dbc_lint_rule_id rule,
					const dbc_lint_object *object, dbc_lint_severity *severity)
{
	*severity = dbc_lint_rules[rule].severity;
	if (object->measured && !object->may_grow && object->rows == 0)
		*severity = DBC_LINT_INFO;
	return !dbc_lint_is_exempt(lint, object);
}

const char *
dbc_lint_quote(const dbc_lint *lint, const char *name)
{
	return dbc_quote(lint->host, name);
}

const char *
dbc_lint_sized_name(const dbc_lint *lint, const dbc_lint_object *object)
{
	return dbc_format(lint->host, "%s%s", object->shown,
					  dbc_lint_size_text(lint, object));
}

const char *
dbc_lint_typed_name(const dbc_lint *lint, const char *type, const char *name)
{
	if (name)
		return dbc_format(lint->host, "%s %s", type,
						  dbc_lint_quote(lint, name));
	return dbc_format(lint->host, "%s %s", strchr("aeio", *type) ? "an" : "a",
					  type);
}

const char *
dbc_lint_statement_text(const dbc_lint *lint)
{
	const char *text = lint->script->statements[lint->statement].text;
	const char *end = text;
	dbc_lexeme lexeme;

	if (!strstr(text, "--") && !strstr(text, "/*"))
		return text;
	while ((lexeme = dbc_scan_sql(end, lint->engine)).kind != DBC_LEX_END)
		end = lexeme.text + lexeme.length;
	return dbc_copy(lint->host, text, (size_t) (end - text));
}

bool
dbc_lint_is_single_operation(const dbc_lint *lint)
{
	return lint->analyses[lint->statement].noperations == 1;
}
