/*
 * function.c
 *	  dbcheck_json(), which is called for every row of a table: a session keeps
 *	  the schemas it has compiled last, so that neither a CHECK nor a join with
 *a table of schemas compiles one for every row, and the document is not written
 *	  out but walked where it is.
 */
#include "pg_ext/jsonschema/function.h"

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "common/jsonschema/jsonschema.h"

/* Schemas that a session keeps. */
#define MAX_KEPT 8

/* Items of a document that need no memory, and containers in each other. */
#define FEW_ITEMS  1024
#define FEW_LEVELS 32

/* A compiled schema. */
typedef struct kept_schema
{
	MemoryContext memory;
	dbcpg_host compiled; /* its arena has the schema and the next two */
	dbcpg_host call;	 /* its arena is emptied after a call */
	dbc_jsonschema *schema;
	Jsonb *source; /* what it was compiled from */
	Jsonb *options;
	dbc_json_item room[FEW_ITEMS];
} kept_schema;

static kept_schema *kept_schemas[MAX_KEPT];
static int oldest; /* place of the next one */

/* ---- documents ---- */

/* A container whose items are being added. */
typedef struct level
{
	const JsonbContainer *container;
	const char *data; /* of its keys and values */
	dbc_json_item *item;
	uint32 next; /* value to add */
	uint32 key;	 /* where the next key and value begin in data */
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

/* A number of a document as text. */
static const char *
number_text(dbc_host *base, const char *native)
{
	(void) base;
	return DatumGetCString(
		DirectFunctionCall1(numeric_out, PointerGetDatum(native)));
}

/* Adds an item. */
static inline dbc_json_item *
add_item(walk *w, dbc_json_kind kind, const char *text, uint32 length)
{
	dbc_json_item *item = &w->items[w->nitems++];

	*item = (dbc_json_item){
		.text = text, .length = length, .size = 1, .kind = kind};
	return item;
}

/* Adds a string, in the core's encoding. */
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

/* Begins a container. */
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

/* The length of a key or value, of which *offset is the beginning; *offset
 * becomes the beginning of the next one. */
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

/* Adds a value, which begins at an offset of the data. */
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

/* Adds the items of the innermost container until another one is open. */
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
		/* top may move */
		add_value(w, entry, top->data, offset, length);
	}
	if (w->nlevels == depth)
	{
		top->item->size = (uint32) (w->items + w->nitems - top->item);
		w->nlevels--;
	}
}

/* A jsonb as a document, which points into it.  It has no more items than
 * entries of four bytes, and one for itself; few enough in 256 MB. */
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
	/* a scalar is the only element of an array that is not there */
	return w.items + (JB_ROOT_IS_SCALAR(json) ? 1 : 0);
}

/* ---- schemas ---- */

/* A copy of a document. */
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

/* Whether two documents, either of which may be NULL, are the same bytes. */
static bool
same_bytes(const Jsonb *left, const Jsonb *right)
{
	if (!left || !right)
		return left == right;
	return VARSIZE(left) == VARSIZE(right) &&
		   memcmp(left, right, VARSIZE(left)) == 0;
}

/* Compiles a schema into memory of its own, which goes if that fails. */
static kept_schema *
compile_schema(const dbc_function *fn, Jsonb *source, Jsonb *options)
{
	MemoryContext memory = AllocSetContextCreate(
		CurrentMemoryContext, "dbcare JSON schema", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(memory);
	kept_schema *kept = palloc0(sizeof(*kept));
	dbc_value values[2];

	kept->memory = memory;
	kept->source = copy_jsonb(source);
	kept->options = options ? copy_jsonb(options) : NULL;
	dbcpg_open(&kept->compiled, fn);
	dbcpg_open(&kept->call, fn);
	kept->call.base.number_text = number_text;
	values[0] = jsonb_text(&kept->compiled, source);
	values[1] = options ? jsonb_text(&kept->compiled, options) : dbc_null();
	kept->schema = dbc_jsonschema_compile_arguments(&kept->compiled.base,
													&values[0], &values[1]);
	MemoryContextSwitchTo(caller);
	return kept;
}

/* Keeps one more schema instead of the oldest. */
static void
keep(kept_schema *kept)
{
	MemoryContextSetParent(kept->memory, TopMemoryContext);
	if (kept_schemas[oldest])
		MemoryContextDelete(kept_schemas[oldest]->memory);
	kept_schemas[oldest] = kept;
	oldest = (oldest + 1) % MAX_KEPT;
}

/* The compiled schema of a call: one that is kept, or a new one. */
static kept_schema *
schema_of_call(FunctionCallInfo fcinfo, const dbc_function *fn)
{
	bool has_options = PG_NARGS() > 2 && !PG_ARGISNULL(2);
	Jsonb *source = PG_GETARG_JSONB_P(1);
	Jsonb *options = has_options ? PG_GETARG_JSONB_P(2) : NULL;
	kept_schema *kept;
	int i;

	for (i = 0; i < MAX_KEPT && kept_schemas[i]; i++)
		if (same_bytes(kept_schemas[i]->source, source) &&
			same_bytes(kept_schemas[i]->options, options))
			return kept_schemas[i];
	kept = compile_schema(fn, source, options);
	keep(kept);
	return kept;
}

/* dbcheck_json(). */
Datum
dbcpg_jsonschema_check(FunctionCallInfo fcinfo, const dbc_function *fn)
{
	kept_schema *kept;
	Jsonb *document;
	bool valid;

	check_stack_depth();
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	kept = schema_of_call(fcinfo, fn);
	/* what a call that failed has left */
	MemoryContextResetOnly(kept->call.arena);
	document = PG_GETARG_JSONB_P(0);
	valid =
		dbc_jsonschema_is_valid(&kept->call.base, kept->schema,
								read_jsonb(&kept->call, document, kept->room));
	MemoryContextResetOnly(kept->call.arena);
	PG_FREE_IF_COPY(document, 0);
	PG_RETURN_BOOL(valid);
}
