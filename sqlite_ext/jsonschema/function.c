/*
 * function.c
 *	  dbcheck_json(), which is called for every row of a table: each connection
 *	  keeps the schemas it has compiled last, so that neither a CHECK nor a join
 *	  with a table of schemas compiles one for every row.
 */
#include "sqlite_ext/core/sqlite_ext.h"

#include <string.h>

#include "common/core/text.h"
#include "common/jsonschema/jsonschema.h"

/* Schemas that a connection keeps, and items of a document that need no
 * memory. */
#define MAX_KEPT  8
#define FEW_ITEMS 1024

/* A compiled schema. */
typedef struct kept_schema
{
	dbcsl_host host; /* its arena has the schema, and what follows */
	dbc_jsonschema *schema;
	dbc_value source; /* what it was compiled from */
	dbc_value options;
	dbc_json_item room[FEW_ITEMS];
} kept_schema;

/* The user data of the function. */
struct dbcsl_jsonschema_cache
{
	const dbc_function *fn;
	kept_schema *kept[MAX_KEPT];
	int oldest; /* place of the next one */
};

/* One call. */
typedef struct json_call
{
	dbcsl_host host;
	kept_schema *kept;
	dbc_value document;
	dbc_value schema;
	dbc_value options;
	bool valid;
	bool done;
} json_call;

/* ---- schemas ---- */

/* Makes the user data of the function; NULL without memory. */
dbcsl_jsonschema_cache *
dbcsl_jsonschema_make_cache(const dbc_function *fn)
{
	dbcsl_jsonschema_cache *schemas = sqlite3_malloc64(sizeof(*schemas));

	if (schemas)
		*schemas = (dbcsl_jsonschema_cache){.fn = fn};
	return schemas;
}

/* Frees a compiled schema; may be NULL. */
static void
free_kept(kept_schema *kept)
{
	if (kept)
		dbcsl_close(&kept->host);
	sqlite3_free(kept);
}

/* Frees the user data. */
void
dbcsl_jsonschema_free_cache(void *memory)
{
	dbcsl_jsonschema_cache *schemas = memory;
	int i;

	for (i = 0; i < MAX_KEPT; i++)
		free_kept(schemas->kept[i]);
	sqlite3_free(schemas);
}

/* Whether two texts, either of which may be null, are the same. */
static bool
same_text(const dbc_value *left, const dbc_value *right)
{
	return left->kind == right->kind && left->integer == right->integer &&
		   (left->kind == DBC_NULL ||
			memcmp(left->text, right->text, (size_t) left->integer) == 0);
}

/* The compiled schema of a call, or NULL. */
static kept_schema *
find_kept(const dbcsl_jsonschema_cache *schemas, const json_call *call)
{
	int i;

	for (i = 0; i < MAX_KEPT && schemas->kept[i]; i++)
		if (same_text(&schemas->kept[i]->source, &call->schema) &&
			same_text(&schemas->kept[i]->options, &call->options))
			return schemas->kept[i];
	return NULL;
}

/* A copy of a text in the arena. */
static dbc_value
copy_text(dbc_host *host, const dbc_value *value)
{
	dbc_value copy = *value;

	if (value->kind != DBC_NULL)
		copy.text = dbc_copy(host, value->text, (size_t) value->integer);
	return copy;
}

/* Compiles the schema of a call. */
static void
compile_schema(dbc_host *host, void *arg)
{
	json_call *call = arg;
	kept_schema *kept = call->kept;

	kept->source = copy_text(host, &call->schema);
	kept->options = copy_text(host, &call->options);
	kept->schema =
		dbc_jsonschema_compile_arguments(host, &kept->source, &kept->options);
}

/* Keeps one more schema instead of the oldest. */
static void
keep(dbcsl_jsonschema_cache *schemas, kept_schema *kept)
{
	free_kept(schemas->kept[schemas->oldest]);
	schemas->kept[schemas->oldest] = kept;
	schemas->oldest = (schemas->oldest + 1) % MAX_KEPT;
}

/* Compiles the schema of a call and keeps it; false is a failure. */
static bool
take_schema(dbcsl_jsonschema_cache *schemas, json_call *call)
{
	kept_schema *kept = sqlite3_malloc64(sizeof(*kept));
	bool done;

	if (!kept)
	{
		call->host.error = (dbc_error){.sqlstate = DBCSL_OUT_OF_MEMORY};
		return false;
	}
	dbcsl_open(&kept->host, call->host.db, schemas->fn);
	call->kept = kept;
	done = dbcsl_try(&kept->host, compile_schema, call);
	dbcsl_close_all(&kept->host);
	if (done)
		keep(schemas, kept);
	else
	{
		dbcsl_move_memory(&kept->host, &call->host); /* words of the error */
		call->host.error = kept->host.error;
		free_kept(kept);
	}
	return done;
}

/* ---- calls ---- */

/* Checks the document of a call. */
static void
check_document(dbc_host *host, void *arg)
{
	json_call *call = arg;
	const char *problem;
	const dbc_json_item *document = dbc_json_read(
		host, call->document.text, (size_t) call->document.integer,
		call->kept->room, FEW_ITEMS, &problem);

	call->valid =
		document && dbc_jsonschema_is_valid(host, call->kept->schema, document);
}

/* The same on a landing pad of the schema, whose patterns may take memory. */
static void
check_with_schema(dbc_host *host, void *arg)
{
	json_call *call = arg;

	(void) host;
	call->done = dbcsl_try(&call->host, check_document, call);
}

/* Runs a call; false is a failure, described by the error of its host. */
static bool
run_call(dbcsl_jsonschema_cache *schemas, json_call *call)
{
	call->kept = find_kept(schemas, call);
	if (!call->kept && !take_schema(schemas, call))
		return false;
	if (dbcsl_try(&call->kept->host, check_with_schema, call))
		return call->done;
	call->host.error = call->kept->host.error;
	return false;
}

/* Takes an argument as text and its length. */
static dbc_value
take_text(sqlite3_value *value)
{
	dbc_value text = dbc_text((const char *) sqlite3_value_text(value));

	text.integer = sqlite3_value_bytes(value);
	return text;
}

/* dbcheck_json(). */
void
dbcsl_jsonschema_check(sqlite3_context *context, int nvalues,
					   sqlite3_value **values)
{
	dbcsl_jsonschema_cache *schemas = sqlite3_user_data(context);
	json_call call;
	int i;

	for (i = 0; i < 2; i++)
		if (sqlite3_value_type(values[i]) == SQLITE_NULL)
			return;
	dbcsl_open(&call.host, sqlite3_context_db_handle(context), schemas->fn);
	call.document = take_text(values[0]);
	call.schema = take_text(values[1]);
	call.options = nvalues > 2 ? take_text(values[2]) : dbc_null();
	if (call.document.kind == DBC_NULL || call.schema.kind == DBC_NULL)
		sqlite3_result_error_nomem(context);
	else if (run_call(schemas, &call))
		sqlite3_result_int(context, call.valid);
	else
		dbcsl_set_result_error(context, &call.host.error);
	dbcsl_close_all(&call.host);
	dbcsl_close(&call.host);
}
