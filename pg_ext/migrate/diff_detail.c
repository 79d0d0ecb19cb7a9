/*
 * diff_detail.c
 *	  The details of the objects in a schema document.
 *
 * Details are one JSON object of texts, truth values and lists of texts. Other
 * values are ignored.
 */
#include "pg_ext/migrate/diff.h"

#include "common/core/json.h"

/* The scalars of a JSON array. */
const char **
dbcpg_migrate_read_json_texts(dbc_host *host, const char *json, int *count)
{
	dbc_json_entries elements = {0};
	const char **items;

	*count = 0;
	if (json && !dbc_may_be_json(json))
		elements = dbc_json_read_entries(host, json, "a list of a schema");
	items = dbc_alloc(host, ((size_t) elements.count + 1) * sizeof(*items));
	for (int i = 0; i < elements.count; i++)
		if (elements.list[i].text && elements.list[i].kind < DBC_I_ARRAY)
			items[(*count)++] = elements.list[i].text;
	return items;
}

void
dbcpg_migrate_read_details(dbc_host *host, diff_side *side)
{
	const char *json = side->object->details;
	dbc_json_entries members = {0};
	diff_detail *details;

	if (json && dbc_may_be_json(json))
		members = dbc_json_read_entries(host, json, "details of a schema");
	details = dbc_alloc(host, ((size_t) members.count + 1) * sizeof(*details));
	for (int i = 0; i < members.count; i++)
	{
		const dbc_json_entry *member = &members.list[i];

		details[i].key = member->key;
		if (member->kind == DBC_I_ARRAY)
			details[i].items = dbcpg_migrate_read_json_texts(
				host, member->text, &details[i].nitems);
		else if (member->kind != DBC_I_OBJECT)
			details[i].text = member->text;
	}
	side->details = details;
	side->ndetails = members.count;
}

/* A member of the details, or NULL. */
static const diff_detail *
find_detail(const diff_side *side, const char *key)
{
	for (int i = 0; i < side->ndetails; i++)
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

/* A text that the details must have. */
const char *
dbcpg_migrate_require_detail_text(diff *d, const diff_side *side,
								  const char *key)
{
	const char *text = dbcpg_migrate_detail_text(side, key);

	if (!text)
		dbc_fail(d->host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a document that dbmigrate_schema() returned.",
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
