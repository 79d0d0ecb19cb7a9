/*
 * diff_detail.c
 *	  What the objects of a schema document say beyond their definitions.
 *
 * Details are one JSON object of texts, truth values and lists of texts.
 * Anything else in a document is passed over.
 */
#include "pg_ext/migrate/diff.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

/* JSON text of the core as a value of PostgreSQL. */
static Jsonb *
parse(const char *json)
{
	return DatumGetJsonbP(
		DirectFunctionCall1(jsonb_in, CStringGetDatum(dbcpg_from_core(json))));
}

/* A scalar as text of the core; NULL for what has none. */
static const char *
scalar_text(dbc_host *host, const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			return dbcpg_to_core(
				dbcpg_of(host),
				pnstrdup(value->val.string.val, value->val.string.len));
		case jbvBool:
			return value->val.boolean ? "true" : "false";
		case jbvNumeric:
			return dbcpg_to_core(
				dbcpg_of(host),
				DatumGetCString(DirectFunctionCall1(
					numeric_out, NumericGetDatum(value->val.numeric))));
		default:
			return NULL;
	}
}

/* Takes the elements of an array that has begun, to its end. */
static const char **
take_elements(dbc_host *host, JsonbIterator **iterator, int room, int *count)
{
	const char **items = dbc_alloc(host, ((size_t) room + 1) * sizeof(*items));
	JsonbIteratorToken token;
	JsonbValue value;

	*count = 0;
	while ((token = JsonbIteratorNext(iterator, &value, true)) != WJB_END_ARRAY)
	{
		const char *text = token == WJB_ELEM ? scalar_text(host, &value) : NULL;

		if (text)
			items[(*count)++] = text;
	}
	return items;
}

/* The texts of a JSON array. */
const char **
dbcpg_migrate_read_json_texts(dbc_host *host, const char *json, int *count)
{
	MemoryContext context = MemoryContextSwitchTo(dbcpg_of(host)->scratch);
	const char **items = NULL;

	*count = 0;
	if (json)
	{
		JsonbIterator *iterator = JsonbIteratorInit(&parse(json)->root);
		JsonbValue value;

		if (JsonbIteratorNext(&iterator, &value, false) == WJB_BEGIN_ARRAY)
			items =
				take_elements(host, &iterator, value.val.array.nElems, count);
	}
	MemoryContextSwitchTo(context);
	MemoryContextReset(dbcpg_of(host)->scratch);
	return items;
}

/* Takes the members of an object that has begun, to its end. */
static void
take_members(dbc_host *host, JsonbIterator **iterator, diff_side *side,
			 int room)
{
	diff_detail *details =
		dbc_alloc(host, ((size_t) room + 1) * sizeof(*details));
	JsonbIteratorToken token;
	JsonbValue value;

	while ((token = JsonbIteratorNext(iterator, &value, false)) == WJB_KEY)
	{
		diff_detail *detail = &details[side->ndetails++];

		detail->key = scalar_text(host, &value);
		token = JsonbIteratorNext(iterator, &value, false);
		if (token == WJB_VALUE)
			detail->text = scalar_text(host, &value);
		else if (token == WJB_BEGIN_ARRAY)
			detail->items = take_elements(
				host, iterator, value.val.array.nElems, &detail->nitems);
		else
			break; /* an object in the object: none of ours */
	}
	side->details = details;
}

/* Reads the details of an object. */
void
dbcpg_migrate_read_details(dbc_host *host, diff_side *side)
{
	MemoryContext context = MemoryContextSwitchTo(dbcpg_of(host)->scratch);

	if (side->object->details)
	{
		JsonbIterator *iterator =
			JsonbIteratorInit(&parse(side->object->details)->root);
		JsonbValue value;

		if (JsonbIteratorNext(&iterator, &value, false) == WJB_BEGIN_OBJECT)
			take_members(host, &iterator, side, value.val.object.nPairs);
	}
	MemoryContextSwitchTo(context);
	MemoryContextReset(dbcpg_of(host)->scratch);
}

/* A member of the details, or NULL. */
static const diff_detail *
find_detail(const diff_side *side, const char *key)
{
	int i;

	for (i = 0; i < side->ndetails; i++)
		if (dbc_same(side->details[i].key, key))
			return &side->details[i];
	return NULL;
}

/* A text among the details, or NULL. */
const char *
dbcpg_migrate_detail_text(const diff_side *side, const char *key)
{
	const diff_detail *detail = find_detail(side, key);

	return detail ? detail->text : NULL;
}

/* Whether a detail is true. */
bool
dbcpg_migrate_detail_is_true(const diff_side *side, const char *key)
{
	const char *text = dbcpg_migrate_detail_text(side, key);

	return text && dbc_same(text, "true");
}

/* A list among the details; an empty one if there is none. */
const diff_detail *
dbcpg_migrate_detail_items(const diff_side *side, const char *key)
{
	static const diff_detail none = {.nitems = 0};
	const diff_detail *detail = find_detail(side, key);

	return detail ? detail : &none;
}

/* A text among the details that must be there. */
const char *
dbcpg_migrate_require_detail_text(diff *d, const diff_side *side,
								  const char *key)
{
	const char *text = dbcpg_migrate_detail_text(side, key);

	if (!text)
		dbc_fail(d->host, DBC_INVALID_PARAMETER, NULL,
				 "Give what dbmigrate_schema() returned.",
				 "%s %s of a schema document has no %s", side->object->type,
				 side->object->name, key);
	return text;
}

/* Whether a text is the same on both sides, or missing on both. */
bool
dbcpg_migrate_has_same_detail(const diff_node *node, const char *key)
{
	const char *old = dbcpg_migrate_detail_text(&node->old, key);
	const char *new = dbcpg_migrate_detail_text(&node->new, key);

	return old && new ? dbc_same(old, new) : old == new;
}
