/*
 * register.c
 *	  Registering seeds: dbseed_add.
 */
#include <string.h>

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/seed/rows.h"
#include "common/seed/seed.h"

/* The longest name in bytes. */
#define MOST_NAME 200

/* The modes in which rows are updated are the default. */
#define DEFAULT_MODE "upsert"

static void
check_name(dbc_host *host, const char *name)
{
	dbc_refuse_options(host, name, "name");
	if (!*name)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the name of the seed is empty");
	if (strlen(name) > MOST_NAME)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the name of the seed has more than %d bytes", MOST_NAME);
}

/* Names of columns as a JSON array. */
static const char *
key_text(dbc_host *host, const dbc_seed_rows *rows)
{
	dbc_json_node *array = dbc_json_array(host);

	for (int i = 0; i < rows->nkey; i++)
		dbc_json_push_text(array, rows->key[i]->name);
	return dbc_json_text(array);
}

/* A list of names as JSON text; NULL stays NULL. */
static const char *
list_text(dbc_host *host, const char **list)
{
	dbc_json_node *array = dbc_json_array(host);

	if (!list)
		return NULL;
	for (; *list; list++)
		dbc_json_push_text(array, *list);
	return dbc_json_text(array);
}

/* The rows as a JSON array. */
static const char *
rows_text(dbc_host *host, const dbc_seed_rows *rows)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	dbc_append(&buffer, "[");
	for (int i = 0; i < rows->nrows; i++)
		dbc_append_format(&buffer, "%s%s", i > 0 ? ", " : "",
						  dbc_json_value_text(host, rows->rows[i]));
	dbc_append(&buffer, "]");
	return buffer.data;
}

/* A checksum over all that is applied. */
static const char *
checksum_of(dbc_host *host, const char *const *parts, int nparts)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (int i = 0; i < nparts; i++)
	{
		const dbc_value part = dbc_text(parts[i]);

		dbc_append_hashed(&buffer, &part);
	}
	return dbc_sha256(host, buffer.data);
}

/* The registered seed of a name, or NULL. */
static const dbc_seed *
find(dbc_host *host, const char *name)
{
	dbc_seeds seeds = dbc_seed_list(host);

	for (int i = 0; i < seeds.count; i++)
		if (dbc_same(seeds.items[i].name, name))
			return &seeds.items[i];
	return NULL;
}

/* Whether a seed has the same key columns. */
static bool
has_key(const dbc_seed *seed, const dbc_seed_rows *rows)
{
	int n = 0;

	while (seed->key[n])
		n++;
	for (int i = 0; i < n && n == rows->nkey; i++)
		if (!dbc_same(seed->key[i], rows->key[i]->name))
			return false;
	return n == rows->nkey;
}

static void
begin(dbc_host *host)
{
	dbc_need_tables(host);
	dbc_lock(host, dbc_lock_timeout(host));
}

const char *
dbc_seed_register(dbc_host *host, const dbc_seed_definition *definition)
{
	dbc_seed_rows rows = {.name = definition->name};
	dbc_seed_problems problems = {.count = 0};
	const char *mode = definition->mode ? definition->mode : DEFAULT_MODE;
	const char *environments = list_text(host, definition->environments);
	dbc_value relation = dbc_text(definition->relation);
	const dbc_relation *table;
	const dbc_seed *known;
	const char *text, *checksum;

	check_name(host, definition->name);
	table = dbc_check_user_table(host, &relation);
	rows.table = DBC_CALL(host, ops, describe)(host, table);
	dbc_seed_read_rows(host, &rows, definition->key, definition->rows,
					   &problems);
	if (problems.nerrors > 0)
		dbc_seed_fail(host, &problems,
					  dbc_format(host, "seed \"%s\" is not registered",
								 definition->name));
	text = rows_text(host, &rows);
	{
		const char *const parts[] = {table->shown, key_text(host, &rows), mode,
									 environments, text};

		checksum = checksum_of(host, parts, 5);
	}
	begin(host);
	known = find(host, definition->name);
	/* the rows of a role that this one does not trust become its own */
	if (known && dbc_same(known->checksum, checksum) &&
		dbc_trusts_author(host, known->author, NULL))
		return "unchanged";
	/* rows of another table, or with another key, are others */
	if (known &&
		(!dbc_same(known->table_name, table->shown) || !has_key(known, &rows)))
		dbc_query(host, "seed/forget", dbc_text(known->name), dbc_null());
	dbc_query(host, "seed/add", dbc_text(definition->name),
			  dbc_text(table->shown), dbc_text(key_text(host, &rows)),
			  dbc_text(mode), dbc_text(environments), dbc_text(text),
			  dbc_text(checksum),
			  dbc_text(dbc_actor(host, dbc_read_settings(host))),
			  dbc_text(host->role));
	return known ? "updated" : "added";
}

void
dbc_seed_unregister(dbc_host *host, const char *name)
{
	begin(host);
	if (!find(host, name))
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL,
				 "seed \"%s\" does not exist", name);
	dbc_query(host, "seed/forget", dbc_text(name), dbc_null());
	dbc_query(host, "seed/remove", dbc_text(name));
}

/* Fails for an argument that only a removal may leave out. */
static void
require(dbc_host *host, const dbc_value *value, const char *name)
{
	if (value->kind == DBC_NULL)
		dbc_fail(host, DBC_NULL_NOT_ALLOWED, NULL,
				 "Only the option {\"remove\": true} needs none.",
				 "argument %s of %s must not be null", name,
				 host->function->name);
}

/* dbseed_add(name, relation, row_data, options) */
DBC_RUN(dbseed_add)
{
	const dbseed_add_options *given =
		dbc_read_options(host, &args->options, dbseed_add_options);
	const dbc_seed_definition definition = {
		.name = args->name.text,
		.relation = args->relation.text,
		.rows = args->row_data.text,
		.key = (const char *const *) given->key.texts,
		.mode = given->mode.text,
		.environments = given->environments.texts};
	dbc_json_node *result = dbc_json_object(host);
	const char *action = "removed";

	if (given->remove.integer)
		dbc_seed_unregister(host, definition.name);
	else
	{
		require(host, &args->relation, "relation");
		require(host, &args->row_data, "row_data");
		action = dbc_seed_register(host, &definition);
	}
	DBC_PUT_TEXT(result, name, definition.name);
	DBC_PUT_TEXT(result, action, action);
	dbc_json_emit(host, result);
}
