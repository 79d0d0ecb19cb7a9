/*
 * function.c
 *	  dbcheck_json(), which is called for every row of a table.  A session
 *	  caches the schemas it has compiled last, so that neither a CHECK nor a
 *	  join with a table of schemas compiles one per row.  The document is read
 *	  in place, not converted to text.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/jsonschema/function.h"

#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "common/jsonschema/jsonschema.h"

/* The maximum number of schemas cached by a session. */
#define MAX_CACHED 8

/* Up to these numbers of items and nesting levels no memory is allocated. */
#define FEW_ITEMS  1024
#define FEW_LEVELS 32

/* A compiled schema. */
typedef struct cached_schema
{
	MemoryContext memory;
	/* its arena contains the schema and the next two members */
	dbcpg_host compiled;
	dbcpg_host call; /* its arena is reset after each call */
	dbc_jsonschema *schema;
	Jsonb *source; /* the schema as jsonb */
	Jsonb *options;
	dbc_json_item room[FEW_ITEMS];
} cached_schema;

static cached_schema *cached_schemas[MAX_CACHED];
static int oldest; /* index of the next one to replace */

/* ---- documents ---- */

/* A container whose items are being added. */
typedef struct level
{
	const JsonbContainer *container;
	const char *data; /* of its keys and values */
	dbc_json_item *item;
	uint32 next; /* next value to add */
	uint32 key;	 /* offsets of the next key and value in data */
	uint32 value;
} level;

typedef struct walk
{
	dbcpg_host *host;
	dbc_json_item *items;
	uint32 nitems;
	level *levels;
	int nlevels;
	int room;
	level few[FEW_LEVELS];
} walk;

/* Adds an item. */
static inline dbc_json_item *
add_item(walk *w, dbc_json_kind kind, const char *text, uint32 length)
{
	dbc_json_item *item = &w->items[w->nitems++];

	*item = (dbc_json_item){
		.text = text, .length = length, .size = 1, .kind = kind};
	return item;
}

/* Adds a string, converted to UTF-8. */
static void
add_string(walk *w, const char *text, uint32 length)
{
	if (GetDatabaseEncoding() != PG_UTF8)
	{
		const char *utf8 = pg_server_to_any(text, (int) length, PG_UTF8);

		if (utf8 != text)
		{
			text = utf8;
			length = (uint32) strlen(utf8);
		}
	}
	add_item(w, DBC_I_STRING, text, length);
}

static void
open_level(walk *w, const JsonbContainer *container)
{
	bool is_object = JsonContainerIsObject(container);
	uint32 count = JsonContainerSize(container);
	level *top;

	if (w->nlevels == w->room)
	{
		level *more =
			dbc_alloc(&w->host->base, 2 * (size_t) w->room * sizeof(*more));

		memcpy(more, w->levels, (size_t) w->nlevels * sizeof(*more));
		w->levels = more;
		w->room *= 2;
	}
	top = &w->levels[w->nlevels++];
	*top = (level){
		.container = container,
		.data =
			(const char *) &container->children[is_object ? 2 * count : count],
		.item =
			add_item(w, is_object ? DBC_I_OBJECT : DBC_I_ARRAY, NULL, count),
		.value = is_object ? getJsonbOffset(container, (int) count) : 0,
	};
}

/* The length of a key or value that starts at *offset; advances *offset. */
static inline uint32
take_length(JEntry entry, uint32 *offset)
{
	uint32 start = *offset;

	JBE_ADVANCE_OFFSET(*offset, entry);
	return *offset - start;
}

/* Adds the next key of an object. */
static void
add_key(walk *w, level *top)
{
	const char *text = top->data + top->key;

	add_string(w, text,
			   take_length(top->container->children[top->next], &top->key));
}

static void
add_value(walk *w, JEntry entry, const char *data, uint32 offset, uint32 length)
{
	if (JBE_ISSTRING(entry))
		add_string(w, data + offset, length);
	else if (JBE_ISNUMERIC(entry))
		add_item(w, DBC_I_NUMBER, data + INTALIGN(offset), 0)->native = 1;
	else if (JBE_ISCONTAINER(entry))
		open_level(w, (const JsonbContainer *) (data + INTALIGN(offset)));
	else
		add_item(w,
				 JBE_ISNULL(entry)		  ? DBC_I_NULL
				 : JBE_ISBOOL_TRUE(entry) ? DBC_I_TRUE
										  : DBC_I_FALSE,
				 NULL, 0);
}

/* Adds the items of the innermost container until another one is opened. */
static void
walk_level(walk *w)
{
	int depth = w->nlevels;
	level *top = &w->levels[depth - 1];
	bool is_object = top->item->kind == DBC_I_OBJECT;

	while (top->next < top->item->length && w->nlevels == depth)
	{
		uint32 offset = top->value;
		JEntry entry;
		uint32 length;

		if (is_object)
			add_key(w, top);
		entry =
			top->container->children[is_object ? top->item->length + top->next
											   : top->next];
		length = take_length(entry, &top->value);
		top->next++;
		/* top may be reallocated */
		add_value(w, entry, top->data, offset, length);
	}
	if (w->nlevels == depth)
	{
		top->item->size = (uint32) (w->items + w->nitems - top->item);
		w->nlevels--;
	}
}

/* Converts a jsonb to a document that points into it.  It has at most as many
 * items as four-byte entries, plus one for itself, and is limited to 256 MB. */
static const dbc_json_item *
read_jsonb(dbcpg_host *host, const Jsonb *json, dbc_json_item *room)
{
	size_t most = VARSIZE(json) / sizeof(JEntry) + 1;
	walk w; /* few is not initialized, for speed */

	w.host = host;
	w.items = most <= FEW_ITEMS
				  ? room
				  : dbc_alloc(&host->base, most * sizeof(*w.items));
	w.nitems = 0;
	w.levels = w.few;
	w.nlevels = 0;
	w.room = FEW_LEVELS;
	open_level(&w, &json->root);
	while (w.nlevels > 0)
		walk_level(&w);
	/* a scalar is the only element of a pseudo-array */
	return w.items + (JB_ROOT_IS_SCALAR(json) ? 1 : 0);
}

/* ---- schemas ---- */

static Jsonb *
copy_jsonb(const Jsonb *json)
{
	Jsonb *copy = palloc(VARSIZE(json));

	memcpy(copy, json, VARSIZE(json));
	return copy;
}

/* The text of an argument, in the arena of a host. */
static dbc_value
jsonb_text(dbcpg_host *host, Jsonb *json)
{
	char *text = JsonbToCString(NULL, &json->root, (int) VARSIZE(json));
	const char *utf8 = dbcpg_to_core(host, text);

	pfree(text);
	return dbc_json(utf8);
}

/* Whether two documents, either of which may be NULL, have the same bytes. */
static bool
same_bytes(const Jsonb *left, const Jsonb *right)
{
	if (!left || !right)
		return left == right;
	return VARSIZE(left) == VARSIZE(right) &&
		   memcmp(left, right, VARSIZE(left)) == 0;
}

/* Compiles a schema into its own memory context, which is freed if that
 * fails. */
static cached_schema *
compile_schema(const dbc_function *fn, Jsonb *source, Jsonb *options)
{
	MemoryContext memory = AllocSetContextCreate(
		CurrentMemoryContext, "dbcare JSON schema", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(memory);
	cached_schema *cached = palloc0(sizeof(*cached));
	dbc_value values[2];

	cached->memory = memory;
	cached->source = copy_jsonb(source);
	cached->options = options ? copy_jsonb(options) : NULL;
	dbcpg_open(&cached->compiled, fn);
	dbcpg_open(&cached->call, fn);
	values[0] = jsonb_text(&cached->compiled, source);
	values[1] = options ? jsonb_text(&cached->compiled, options) : dbc_null();
	cached->schema = dbc_jsonschema_compile_arguments(&cached->compiled.base,
													  &values[0], &values[1]);
	MemoryContextSwitchTo(caller);
	return cached;
}

/* Caches a schema in place of the oldest one. */
static void
cache(cached_schema *cached)
{
	MemoryContextSetParent(cached->memory, TopMemoryContext);
	if (cached_schemas[oldest])
		MemoryContextDelete(cached_schemas[oldest]->memory);
	cached_schemas[oldest] = cached;
	oldest = (oldest + 1) % MAX_CACHED;
}

/* The compiled schema of a call, cached or new. */
static cached_schema *
schema_of_call(FunctionCallInfo fcinfo, const dbc_function *fn)
{
	bool has_options = PG_NARGS() > 2 && !PG_ARGISNULL(2);
	Jsonb *source = PG_GETARG_JSONB_P(1);
	Jsonb *options = has_options ? PG_GETARG_JSONB_P(2) : NULL;
	cached_schema *cached;

	for (int i = 0; i < MAX_CACHED && cached_schemas[i]; i++)
		if (same_bytes(cached_schemas[i]->source, source) &&
			same_bytes(cached_schemas[i]->options, options))
			return cached_schemas[i];
	cached = compile_schema(fn, source, options);
	cache(cached);
	return cached;
}

/* dbcheck_json(). */
Datum
dbcpg_jsonschema_check(FunctionCallInfo fcinfo, const dbc_function *fn)
{
	cached_schema *cached;
	Jsonb *document;
	bool valid;

	check_stack_depth();
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	cached = schema_of_call(fcinfo, fn);
	/* memory left by a failed call */
	MemoryContextResetOnly(cached->call.arena);
	document = PG_GETARG_JSONB_P(0);
	valid = dbc_jsonschema_is_valid(
		&cached->call.base, cached->schema,
		read_jsonb(&cached->call, document, cached->room));
	MemoryContextResetOnly(cached->call.arena);
	PG_FREE_IF_COPY(document, 0);
	PG_RETURN_BOOL(valid);
}
