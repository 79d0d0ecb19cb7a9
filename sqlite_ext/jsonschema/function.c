/*
 * function.c
 *	  dbcheck_json(), which is called for every row of a table. A connection
 *	  caches the schemas it has compiled last, so that neither a CHECK nor a
 *	  join with a table of schemas compiles one per row.
 */
#include "sqlite_ext/call/query.h"
#include "sqlite_ext/core/value.h"
#include "sqlite_ext/jsonschema/function.h"

#include <string.h>

#include "common/core/text.h"
#include "common/jsonschema/jsonschema.h"

/* The maximum number of schemas cached by a connection, and the number of items
 * of a document for which no memory is allocated. */
#define MAX_CACHED 8
#define FEW_ITEMS  1024

/* A compiled schema. */
typedef struct cached_schema
{
	dbcsl_host host; /* its arena contains the schema and the next members */
	dbc_jsonschema *schema;
	dbc_value source; /* the schema as text */
	dbc_value options;
	dbc_json_item room[FEW_ITEMS];
} cached_schema;

/* The user data of the function. */
struct dbcsl_jsonschema_cache
{
	const dbc_function *fn;
	cached_schema *cached[MAX_CACHED];
	int oldest; /* index of the next one to replace */
};

/* One call. */
typedef struct json_call
{
	dbcsl_host host;
	cached_schema *cached;
	dbc_value document;
	dbc_value schema;
	dbc_value options;
	bool valid;
	bool done;
} json_call;

/* ---- schemas ---- */

/* Allocates the user data of the function; NULL if out of memory. */
dbcsl_jsonschema_cache *
dbcsl_jsonschema_make_cache(const dbc_function *fn)
{
	dbcsl_jsonschema_cache *schemas = sqlite3_malloc64(sizeof(*schemas));

	if (schemas)
		*schemas = (dbcsl_jsonschema_cache){.fn = fn};
	return schemas;
}

static void
free_cached(cached_schema *cached)
{
	if (cached)
		dbcsl_close(&cached->host);
	sqlite3_free(cached);
}

void
dbcsl_jsonschema_free_cache(void *memory)
{
	dbcsl_jsonschema_cache *schemas = memory;

	for (int i = 0; i < MAX_CACHED; i++)
		free_cached(schemas->cached[i]);
	sqlite3_free(schemas);
}

/* Whether two texts, either of which may be null, are equal. */
static bool
same_text(const dbc_value *left, const dbc_value *right)
{
	return left->kind == right->kind && left->integer == right->integer &&
		   (left->kind == DBC_NULL ||
			memcmp(left->text, right->text, (size_t) left->integer) == 0);
}

/* The cached schema of a call, or NULL. */
static cached_schema *
find_cached(const dbcsl_jsonschema_cache *schemas, const json_call *call)
{
	for (int i = 0; i < MAX_CACHED && schemas->cached[i]; i++)
		if (same_text(&schemas->cached[i]->source, &call->schema) &&
			same_text(&schemas->cached[i]->options, &call->options))
			return schemas->cached[i];
	return NULL;
}

static dbc_value
copy_text(dbc_host *host, const dbc_value *value)
{
	dbc_value copy = *value;

	if (value->kind != DBC_NULL)
		copy.text = dbc_copy(host, value->text, (size_t) value->integer);
	return copy;
}

static void
compile_schema(dbc_host *host, void *arg)
{
	json_call *call = arg;
	cached_schema *cached = call->cached;

	cached->source = copy_text(host, &call->schema);
	cached->options = copy_text(host, &call->options);
	cached->schema = dbc_jsonschema_compile_arguments(host, &cached->source,
													  &cached->options);
}

/* Caches a schema in place of the oldest one. */
static void
cache(dbcsl_jsonschema_cache *schemas, cached_schema *cached)
{
	free_cached(schemas->cached[schemas->oldest]);
	schemas->cached[schemas->oldest] = cached;
	schemas->oldest = (schemas->oldest + 1) % MAX_CACHED;
}

/* Compiles and caches the schema of a call; false if that fails. */
static bool
take_schema(dbcsl_jsonschema_cache *schemas, json_call *call)
{
	cached_schema *cached = sqlite3_malloc64(sizeof(*cached));
	bool done;

	if (!cached)
	{
		call->host.error = (dbc_error){.sqlstate = DBCSL_OUT_OF_MEMORY};
		return false;
	}
	dbcsl_open(&cached->host, call->host.db, schemas->fn);
	call->cached = cached;
	done = dbcsl_try(&cached->host, compile_schema, call);
	dbcsl_close_all(&cached->host);
	if (done)
		cache(schemas, cached);
	else
	{
		dbcsl_move_memory(&cached->host,
						  &call->host); /* for the error message */
		call->host.error = cached->host.error;
		free_cached(cached);
	}
	return done;
}

/* ---- calls ---- */

static void
check_document(dbc_host *host, void *arg)
{
	json_call *call = arg;
	const char *problem;
	const dbc_json_item *document = dbc_json_read(
		host, call->document.text, (size_t) call->document.integer,
		call->cached->room, FEW_ITEMS, &problem);

	call->valid = document &&
				  dbc_jsonschema_is_valid(host, call->cached->schema, document);
}

/* The same with error handling for the host of the schema, whose patterns may
 * allocate memory. */
static void
check_with_schema(dbc_host *host, void *arg)
{
	json_call *call = arg;

	(void) host;
	call->done = dbcsl_try(&call->host, check_document, call);
}

/* Runs a call; false if it fails, with the error in its host. */
static bool
run_call(dbcsl_jsonschema_cache *schemas, json_call *call)
{
	call->cached = find_cached(schemas, call);
	if (!call->cached && !take_schema(schemas, call))
		return false;
	if (dbcsl_try(&call->cached->host, check_with_schema, call))
		return call->done;
	/* the error has left the guard of this host, too */
	call->host.pad = NULL;
	call->host.error = call->cached->host.error;
	return false;
}

/* Converts an argument to text with a length. */
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

	for (int i = 0; i < 2; i++)
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
