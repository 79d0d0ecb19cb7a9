/*
 * preview.c
 *	  What a script creates, found by running it in a schema that is not kept.
 */
#include "pg_ext/migrate/schema.h"

#include <string.h>

#include <openssl/rand.h>

#include "common/migrate/schema_objects.h"

typedef struct preview
{
	const dbc_script *script;
	const char *schema; /* the one that is not kept */
	const char *target; /* the one where the script creates its objects */
	const dbc_rows *rows;
} preview;

/* Text with each occurrence of a part replaced. */
static const char *
replace(dbc_host *base, const char *text, const char *part, const char *by)
{
	dbc_buffer out;
	const char *found = strstr(text, part);

	if (!found)
		return text;
	dbc_buffer_init(&out, base);
	for (; found; found = strstr(text, part))
	{
		dbc_append_bytes(&out, text, (size_t) (found - text));
		dbc_append(&out, by);
		text = found + strlen(part);
	}
	dbc_append(&out, text);
	return out.data;
}

/* Asks for the schema in which the caller's statements create objects. */
static void
ask_target(dbc_host *base, void *arg)
{
	preview *p = arg;
	dbc_script question = {.label = "the current schema", .first_line = 1};
	const dbc_rows *rows;

	dbc_split(base, "SELECT pg_catalog.current_schema()", &question);
	rows = dbc_run_script(base, &question, NULL);
	p->target = dbc_get_text_or_null(base, rows, 0, 0);
}

static void
find_target(dbc_host *base, preview *p)
{
	dbc_error error;

	if (!dbc_guard(base, ask_target, p, DBC_KEEP, true, &error))
		dbc_rethrow(base, &error);
	if (!p->target)
		dbc_fail(base, DBC_NOT_READY, NULL,
				 "Set search_path to a schema that exists.",
				 "no schema has been selected to create in");
}

/* The objects of the schema that is not kept, as they would be in the other. */
static const dbc_rows *
take_objects(dbc_host *base, const preview *p)
{
	const dbc_rows *all = dbcpg_migrate_list_schema(base, DBC_SCHEMA_WHOLE);
	const char *from = dbc_format(base, "%s.", p->schema);
	const char *to = dbc_format(base, "%s.", dbc_quote(base, p->target));
	const char *to_json = replace(base, to, "\"", "\\\"");
	dbc_rows *rows = dbc_alloc(base, sizeof(*rows));
	size_t width = (size_t) all->ncols;
	dbc_value *cells =
		dbc_alloc(base, ((size_t) all->nrows * width + 1) * sizeof(*cells));

	*rows = (dbc_rows){.ncols = all->ncols, .values = cells};
	for (int i = 0; i < all->nrows; i++)
	{
		const dbc_value *row = all->values + (size_t) i * width;

		if (!dbc_starts_with(row[DBC_OBJECT_NAME].text, from))
			continue;
		for (size_t c = 0; c < width; c++)
		{
			bool is_json =
				c == DBC_OBJECT_DETAILS || c == DBC_OBJECT_DEPENDS_ON;

			cells[c] = row[c];
			if (row[c].kind == DBC_TEXT || row[c].kind == DBC_JSON)
				cells[c].text =
					replace(base, row[c].text, from, is_json ? to_json : to);
		}
		cells += width;
		rows->nrows++;
	}
	return rows;
}

static void
run(dbc_host *base, void *arg)
{
	preview *p = arg;
	dbc_script script = *p->script;

	script.text =
		dbc_format(base, "CREATE SCHEMA %s; %s", p->schema, p->script->text);
	script.first_schema = p->schema;
	dbc_split(base, script.text, &script);
	dbc_run_script(base, &script, NULL);
	p->rows = take_objects(base, p);
}

/* A name that no role can take before: a comparison that fails is left out. */
static const char *
choose_schema(dbc_host *base)
{
	uint64_t number;

	if (RAND_bytes((unsigned char *) &number, sizeof(number)) != 1)
		dbc_fail(base, DBC_INTERNAL, NULL, NULL,
				 "could not generate random bytes");
	return dbc_format(base, "dbcare_preview_%llx", (unsigned long long) number);
}

/* See common/migrate/host.h. */
const dbc_rows *
dbcpg_migrate_preview(dbc_host *base, const dbc_script *script)
{
	preview p = {script, choose_schema(base), NULL, NULL};
	dbc_error error;

	find_target(base, &p);
	if (!dbc_guard(base, run, &p, DBC_UNDO, false, &error))
		dbc_rethrow(base, &error);
	return p.rows;
}
