/*
 * context.c
 *	  What rules ask about the rest of a script, and how they name things.
 */
#include "common/lint/context.h"

#include <string.h>

#include "common/core/sql_scan.h"

/* The deeds to one subject. */
typedef struct subject_deeds
{
	const dbc_lint_object *subject;
	dbc_lint_operation_link *first;
	dbc_lint_operation_link *last;
	struct subject_deeds *next; /* of those with the same hash */
} subject_deeds;

typedef struct dbc_lint_operation_map
{
	subject_deeds **buckets;
	unsigned nbuckets; /* a power of two */
} dbc_lint_operation_map;

/* The bucket of a subject: by its address, whose last bits are all alike. */
static subject_deeds **
bucket_of(const dbc_lint_operation_map *map, const dbc_lint_object *subject)
{
	return &map->buckets[(uintptr_t) subject / 64 & (map->nbuckets - 1)];
}

/* Adds a deed to those of its subject. */
static void
map_deed(const dbc_lint *lint, dbc_lint_operation_map *map,
		 const dbc_lint_operation *deed, int statement)
{
	subject_deeds **bucket = bucket_of(map, deed->subject);
	subject_deeds *s = *bucket;
	dbc_lint_operation_link *added = dbc_alloc(lint->host, sizeof(*added));

	added->deed = deed;
	added->statement = statement;
	while (s && s->subject != deed->subject)
		s = s->next;
	if (!s)
	{
		s = dbc_alloc(lint->host, sizeof(*s));
		s->subject = deed->subject;
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
	int s;
	int d;

	map->nbuckets = 16;
	while (map->nbuckets < (unsigned) lint->script->nstatements)
		map->nbuckets *= 2;
	map->buckets =
		dbc_alloc(lint->host, map->nbuckets * sizeof(subject_deeds *));
	for (s = 0; s < lint->script->nstatements; s++)
		for (d = 0; d < lint->readings[s].ndeeds; d++)
			if (lint->readings[s].deeds[d].subject)
				map_deed(lint, map, &lint->readings[s].deeds[d], s);
	return map;
}

const dbc_lint_operation_link *
dbc_lint_operations_on(const dbc_lint *lint, const dbc_lint_object *subject)
{
	const subject_deeds *s = *bucket_of(lint->deeds, subject);

	while (s && s->subject != subject)
		s = s->next;
	return s ? s->first : NULL;
}

/* The first deed of some statements that is asked for. */
const dbc_lint_operation *
dbc_lint_find_operation(const dbc_lint *lint, int first, int last,
						uint64_t verbs, const dbc_lint_object *subject,
						const char *column)
{
	const dbc_lint_operation_link *l;

	for (l = dbc_lint_operations_on(lint, subject); l && l->statement < last;
		 l = l->next)
		if (l->statement >= first && (verbs >> l->deed->verb & 1) &&
			(!column || (l->deed->column && dbc_same(l->deed->column, column))))
			return l->deed;
	return NULL;
}

bool
dbc_lint_has_added_column(const dbc_lint *lint, const dbc_lint_object *subject,
						  const char *column)
{
	return dbc_lint_find_operation(lint, 0, lint->statement + 1,
								   DBC_VERB(ADD_COLUMN), subject,
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

const dbc_lint_effect *
dbc_lint_find_effect(const dbc_lint *lint, const dbc_lint_object *subject)
{
	const dbc_lint_analysis *reading = &lint->readings[lint->statement];
	int i;

	for (i = 0; i < reading->neffects; i++)
		if (reading->effects[i].subject == subject)
			return &reading->effects[i];
	return NULL;
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

/* Inside one of the script's own, or the one that all of it is run in. */
bool
dbc_lint_is_in_transaction(const dbc_lint *lint)
{
	int s;

	for (s = lint->statement - 1; s >= 0 && !lint->atomic; s--)
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
					const dbc_lint_object *subject, dbc_lint_severity *weight)
{
	*weight = dbc_lint_rules[rule].weight;
	if (subject->measured && !subject->may_grow && subject->rows == 0)
		*weight = DBC_LINT_INFO;
	return !dbc_lint_is_exempt(lint, subject);
}

const char *
dbc_lint_quote(const dbc_lint *lint, const char *name)
{
	return lint->host->quote(lint->host, name);
}

const char *
dbc_lint_sized_name(const dbc_lint *lint, const dbc_lint_object *subject)
{
	return dbc_format(lint->host, "%s%s", subject->shown,
					  dbc_lint_size_text(lint, subject));
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
	return lint->readings[lint->statement].ndeeds == 1;
}
