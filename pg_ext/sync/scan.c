/*
 * scan.c
 *	  Rows of a query as raw values; see common/sync/host.h.
 *
 * The executor hands each row to a receiver of this file, so that no row is
 * stored.  Values of common types are read as they are; others by the output
 * function of their type, which runs as the query does.
 */
#include "pg_ext/core/cursor.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/relation.h"
#include "pg_ext/core/rooms.h"

#include "catalog/pg_type.h"
#include "tcop/pquery.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "common/sync/host.h"

/* Rows between two looks for a cancel by the core. */
#define ROWS 10000

/* From PostgreSQL's epoch to that of the core. */
#define EPOCH_DAYS (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE)

typedef struct receiver
{
	DestReceiver base; /* must be first */
	dbcpg_host *host;
	MemoryContext memory; /* of a row */
	int ncolumns;
	Oid *types;
	FmgrInfo *outputs;
	dbc_sync_value *values;
	void (*row)(dbc_host *, void *, const dbc_sync_value *);
	void *arg;
} receiver;

/* Types of parameters. */
typedef struct bound_types
{
	Oid *types;
	int count;
} bound_types;

/* ---- values ---- */

static dbc_sync_value
text_value(const char *text, size_t length)
{
	const char *utf8 = GetDatabaseEncoding() == PG_UTF8
						   ? text
						   : pg_server_to_any(text, (int) length, PG_UTF8);

	return (dbc_sync_value){.kind = DBC_SYNC_TEXT,
							.bytes = utf8,
							.length = utf8 == text ? length : strlen(utf8)};
}

static dbc_sync_value
packed_value(Datum datum, bool is_text)
{
	const text *packed = DatumGetTextPP(datum);

	if (is_text)
		return text_value(VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed));
	return (dbc_sync_value){.kind = DBC_SYNC_BLOB,
							.bytes = VARDATA_ANY(packed),
							.length = VARSIZE_ANY_EXHDR(packed)};
}

static dbc_sync_value
output_value(const receiver *r, int column, Datum datum)
{
	const char *text = OutputFunctionCall(&r->outputs[column], datum);

	return text_value(text, strlen(text));
}

static dbc_sync_value
integer_value(dbc_sync_kind kind, int64 integer)
{
	return (dbc_sync_value){.kind = kind, .integer = integer};
}

static dbc_sync_value
read_value(const receiver *r, int column, Datum datum)
{
	dbc_sync_value value;

	switch (r->types[column])
	{
		case INT2OID:
			return integer_value(DBC_SYNC_INTEGER, DatumGetInt16(datum));
		case INT4OID:
			return integer_value(DBC_SYNC_INTEGER, DatumGetInt32(datum));
		case INT8OID:
			return integer_value(DBC_SYNC_INTEGER, DatumGetInt64(datum));
		case BOOLOID:
			return integer_value(DBC_SYNC_INTEGER, DatumGetBool(datum));
		case FLOAT4OID:
			return (dbc_sync_value){.kind = DBC_SYNC_SINGLE,
									.real = DatumGetFloat4(datum)};
		case FLOAT8OID:
			return (dbc_sync_value){.kind = DBC_SYNC_REAL,
									.real = DatumGetFloat8(datum)};
		case NUMERICOID:
			value = output_value(r, column, datum);
			value.kind = DBC_SYNC_DECIMAL;
			return value;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case JSONOID:
			return packed_value(datum, true);
		case BYTEAOID:
			return packed_value(datum, false);
		case DATEOID:
			if (DATE_NOT_FINITE(DatumGetDateADT(datum)))
				break;
			return integer_value(DBC_SYNC_DAYS,
								 (int64) DatumGetDateADT(datum) + EPOCH_DAYS);
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			/* others have no such number since 1970 */
			if (DatumGetTimestamp(datum) <
					PG_INT64_MAX - EPOCH_DAYS * USECS_PER_DAY &&
				!TIMESTAMP_NOT_FINITE(DatumGetTimestamp(datum)))
				return integer_value(DBC_SYNC_MICROSECONDS,
									 DatumGetTimestamp(datum) +
										 EPOCH_DAYS * USECS_PER_DAY);
			break;
	}
	return output_value(r, column, datum);
}

/* ---- rows ---- */

static bool
receive(TupleTableSlot *slot, DestReceiver *base)
{
	receiver *r = (receiver *) base;
	MemoryContext before = MemoryContextSwitchTo(r->memory);

	slot_getallattrs(slot);
	for (int i = 0; i < r->ncolumns; i++)
		r->values[i] = slot->tts_isnull[i]
						   ? (dbc_sync_value){.kind = DBC_SYNC_NULL}
						   : read_value(r, i, slot->tts_values[i]);
	r->row(&r->host->base, r->arg, r->values);
	MemoryContextSwitchTo(before);
	MemoryContextReset(r->memory);
	return true;
}

static void
start_receiver(DestReceiver *base, int operation, TupleDesc shape)
{
	(void) base;
	(void) operation;
	(void) shape;
}

static void
end_receiver(DestReceiver *base)
{
	(void) base;
}

/* Prepares the receiver for the rows of a query. */
static void
set_columns(receiver *r, TupleDesc shape)
{
	r->ncolumns = shape->natts;
	r->types = palloc0(((Size) r->ncolumns + 1) * sizeof(*r->types));
	r->outputs = palloc0(((Size) r->ncolumns + 1) * sizeof(*r->outputs));
	r->values = palloc0(((Size) r->ncolumns + 1) * sizeof(*r->values));
	for (int i = 0; i < r->ncolumns; i++)
	{
		Oid type = TupleDescAttr(shape, i)->atttypid;
		Oid output;
		bool is_varlena;

		getTypeOutputInfo(type, &output, &is_varlena);
		fmgr_info(output, &r->outputs[i]);
		r->types[i] = getBaseType(type);
	}
}

/* Parameters have types by the kinds of bounds; SQL casts them. */
static void
set_up_parser(ParseState *state, void *arg)
{
	bound_types *types = arg;

	dbcpg_set_up_parameters(state, &types->types, &types->count);
}

/* The bounds of a range as parameters, and their types. */
static ParamListInfo
read_bounds(const dbc_sync_value *bounds, bound_types *types)
{
	ParamListInfo params = makeParamList(types->count);

	types->types = palloc(((Size) types->count + 1) * sizeof(*types->types));
	for (int i = 0; i < types->count; i++)
	{
		types->types[i] = bounds[i].kind == DBC_SYNC_BLOB ? BYTEAOID : TEXTOID;
		params->params[i] =
			(ParamExternData){/* the encoding is UTF-8, see columns.sql */
							  .value = PointerGetDatum(cstring_to_text_with_len(
								  bounds[i].bytes, (int) bounds[i].length)),
							  .pflags = PARAM_FLAG_CONST,
							  .ptype = types->types[i]};
	}
	return params;
}

static void
scan(dbc_host *base, const char *query, const dbc_relation *table,
	 const dbc_sync_value *bounds, int nbounds,
	 void (*row)(dbc_host *, void *, const dbc_sync_value *), void *arg)
{
	dbcpg_host *host = dbcpg_of(base);
	int level = NewGUCNestLevel();
	receiver r = {.base = {.receiveSlot = receive,
						   .rStartup = start_receiver,
						   .rShutdown = end_receiver,
						   .rDestroy = end_receiver,
						   .mydest = DestNone},
				  .host = host,
				  .row = row,
				  .arg = arg};
	/* a call that writes sees its own changes */
	bool changes = dbc_class_writes(base->function->class);
	dbcpg_execution_identity identity;
	uint64 count = ROWS;
	bound_types types = {.count = nbounds};
	ParamListInfo params = read_bounds(bounds, &types);
	Portal portal;
	SPIPlanPtr plan;
	Oid role;

	dbcpg_unpin_parameters(host);
	if (table)
		dbcpg_set_search_path(dbcpg_find_table_oid(table));
	else
		dbcpg_set_own_path();
	plan = dbcpg_prepare_params_for_caller(dbcpg_from_core(query),
										   nbounds > 0 ? set_up_parser : NULL,
										   &types, &role);
	dbcpg_set_value_parameters();
	/* an index finds the range, whatever statistics say */
	if (nbounds > 0)
		dbcpg_set_parameter("enable_seqscan", "off");
	r.memory = AllocSetContextCreate(CurrentMemoryContext, "dbcare row",
									 ALLOCSET_DEFAULT_SIZES);
	dbcpg_switch_for_caller(role, &identity);
	portal = dbcpg_keep_cursor(SPI_cursor_open_with_paramlist(
		dbcpg_name_cursor(), plan, params, !changes));
	set_columns(&r, portal->tupDesc);
	dbcpg_restore_identity(&identity);
	/* code of users in views and policies; the query is planned */
	dbcpg_set_callers_path(host);
	while (count == ROWS)
	{
		dbcpg_switch_for_caller(role, &identity);
		count = PortalRunFetch(portal, FETCH_FORWARD, ROWS, &r.base);
		dbcpg_restore_identity(&identity);
		dbc_poll(base);
	}
	dbcpg_close_cursor(portal);
	SPI_freeplan(plan);
	MemoryContextDelete(r.memory);
	AtEOXact_GUC(false, level);
}

/* A query that only reads sees what the statement of the call does. */
static void
hold(dbc_host *host)
{
	(void) host;
}

static void
check_path(dbc_host *host, const char *path)
{
	const char *name = dbcpg_from_core(path);

	(void) host;
	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(
			ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("permission denied to read file \"%s\" of the server", name),
			errdetail("Only roles with privileges of role "
					  "pg_read_server_files may read files of the "
					  "server."));
	if (!is_absolute_path(name))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" is not an absolute path", name),
				errhint("Pass the absolute path of a file on the server."));
}

const dbc_sync_host dbcpg_sync_host = {
	.scan = scan,
	.hold = hold,
	.check_path = check_path,
};
