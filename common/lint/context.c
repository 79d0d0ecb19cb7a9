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
	const dbc_subject *subject;
	dbc_deed_link *first;
	dbc_deed_link *last;
	struct subject_deeds *next; /* of those with the same hash */
} subject_deeds;

typedef struct dbc_deed_map
{
	subject_deeds **buckets;
	unsigned nbuckets; /* a power of two */
} dbc_deed_map;

/* The bucket of a subject: by its address, whose last bits are all alike. */
static subject_deeds **
bucket_of(const dbc_deed_map *map, const dbc_subject *subject)
{
	return &map->buckets[(uintptr_t) subject / 64 & (map->nbuckets - 1)];
}

/* Adds a deed to those of its subject. */
static void
map_deed(const dbc_lint *lint, dbc_deed_map *map, const dbc_deed *deed,
		 int statement)
{
	subject_deeds **bucket = bucket_of(map, deed->subject);
	subject_deeds *s = *bucket;
	dbc_deed_link *added = dbc_alloc(lint->host, sizeof(*added));

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

const dbc_deed_map *
dbc_map_deeds(const dbc_lint *lint)
{
	dbc_deed_map *map = dbc_alloc(lint->host, sizeof(*map));
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

const dbc_deed_link *
dbc_deeds_to(const dbc_lint *lint, const dbc_subject *subject)
{
	const subject_deeds *s = *bucket_of(lint->deeds, subject);

	while (s && s->subject != subject)
		s = s->next;
	return s ? s->first : NULL;
}

/* The first deed of some statements that is asked for. */
const dbc_deed *
dbc_deed_in(const dbc_lint *lint, int first, int last, uint64_t verbs,
			const dbc_subject *subject, const char *column)
{
	const dbc_deed_link *l;

	for (l = dbc_deeds_to(lint, subject); l && l->statement < last; l = l->next)
		if (l->statement >= first && (verbs >> l->deed->verb & 1) &&
			(!column || (l->deed->column && dbc_same(l->deed->column, column))))
			return l->deed;
	return NULL;
}

bool
dbc_adds_column(const dbc_lint *lint, const dbc_subject *subject,
				const char *column)
{
	return dbc_deed_in(lint, 0, lint->statement + 1, DBC_VERB(ADD_COLUMN),
					   subject, column) != NULL;
}

bool
dbc_has_column(const char *const *columns, const char *column)
{
	for (; columns && *columns; columns++)
		if (dbc_same(*columns, column))
			return true;
	return false;
}

const dbc_effect *
dbc_effect_on(const dbc_lint *lint, const dbc_subject *subject)
{
	const dbc_reading *reading = &lint->readings[lint->statement];
	int i;

	for (i = 0; i < reading->neffects; i++)
		if (reading->effects[i].subject == subject)
			return &reading->effects[i];
	return NULL;
}

bool
dbc_begins(const dbc_lint *lint, int statement)
{
	return lint->script->statements[statement].kind == DBC_S_BEGIN;
}

bool
dbc_ends(const dbc_lint *lint, int statement)
{
	const dbc_statement *s = &lint->script->statements[statement];

	return s->kind == DBC_S_COMMIT ||
		   (s->kind == DBC_S_TRANSACTION && dbc_same(s->command, "ROLLBACK"));
}

/* Inside one of the script's own, or the one that all of it is run in. */
bool
dbc_in_transaction(const dbc_lint *lint)
{
	int s;

	for (s = lint->statement - 1; s >= 0 && !lint->atomic; s--)
	{
		if (dbc_begins(lint, s))
			return true;
		if (dbc_ends(lint, s))
			return false;
	}
	return lint->atomic;
}

bool
dbc_weigh_break(const dbc_lint *lint, dbc_rule_id rule,
				const dbc_subject *subject, dbc_weight *weight)
{
	*weight = dbc_rule_entries[rule].weight;
	if (subject->measured && !subject->may_grow && subject->rows == 0)
		*weight = DBC_W_INFO;
	return !dbc_is_exempt(lint, subject);
}

const char *
dbc_quoted(const dbc_lint *lint, const char *name)
{
	return lint->host->quote(lint->host, name);
}

const char *
dbc_sized(const dbc_lint *lint, const dbc_subject *subject)
{
	return dbc_format(lint->host, "%s%s", subject->shown,
					  dbc_size_words(lint, subject));
}

const char *
dbc_named(const dbc_lint *lint, const char *type, const char *name)
{
	if (name)
		return dbc_format(lint->host, "%s %s", type, dbc_quoted(lint, name));
	return dbc_format(lint->host, "%s %s", strchr("aeio", *type) ? "an" : "a",
					  type);
}

const char *
dbc_statement_text(const dbc_lint *lint)
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
dbc_is_single(const dbc_lint *lint)
{
	return lint->readings[lint->statement].ndeeds == 1;
}
