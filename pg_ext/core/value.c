/*
 * value.c
 *	  Converting between values of PostgreSQL and of the core.
 */
#include "pg_ext/core/host.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

const char *
dbcpg_to_core(dbcpg_host *host, const char *text)
{
	const char *utf8 = pg_server_to_any(text, (int) strlen(text), PG_UTF8);

	return MemoryContextStrdup(host->arena, utf8);
}

const char *
dbcpg_from_core(const char *text)
{
	return pg_any_to_server(text, (int) strlen(text), PG_UTF8);
}

/* A timestamp as text that does not depend on the caller's DateStyle or time
 * zone, without loss. */
static const char *
timestamp_text(Datum datum)
{
	static const int utc = 0;
	char *text = palloc(MAXDATELEN + 1);

	return JsonEncodeDateTime(text, datum, TIMESTAMPTZOID, &utc);
}

/* The text from the type's output function. */
static const char *
output_text(Datum datum, Oid type)
{
	Oid function;
	bool is_varlena;

	getTypeOutputInfo(type, &function, &is_varlena);
	return OidOutputFunctionCall(function, datum);
}

/* The contents of a text value, without calling its output function. */
static const char *
text_of(dbcpg_host *host, Datum datum)
{
	const text *packed = DatumGetTextPP(datum);
	size_t length = VARSIZE_ANY_EXHDR(packed);
	char *copy;

	if (GetDatabaseEncoding() != PG_UTF8)
		return dbcpg_to_core(host, text_to_cstring(packed));
	copy = MemoryContextAlloc(host->arena, length + 1);
	memcpy(copy, VARDATA_ANY(packed), length);
	copy[length] = '\0';
	return copy;
}

/* A numeric as a real number, or as text if that would change it. */
static dbc_value
value_of_numeric(dbcpg_host *host, Datum datum)
{
	double real =
		DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, datum));
	Datum again;

	/* before version 14 numeric has no infinity */
	if (isfinite(real))
	{
		again = DirectFunctionCall1(float8_numeric, Float8GetDatum(real));
		if (DatumGetBool(DirectFunctionCall2(numeric_eq, datum, again)))
			return dbc_real(real);
	}
	return dbc_text(dbcpg_to_core(host, output_text(datum, NUMERICOID)));
}

static dbc_value
convert(dbcpg_host *host, Datum datum, Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return dbc_bool(DatumGetBool(datum));
		case INT2OID:
			return dbc_int(DatumGetInt16(datum));
		case INT4OID:
			return dbc_int(DatumGetInt32(datum));
		case INT8OID:
			return dbc_int(DatumGetInt64(datum));
		case OIDOID:
			return dbc_int(DatumGetObjectId(datum));
		case FLOAT4OID:
			return dbc_real(DatumGetFloat4(datum));
		case FLOAT8OID:
			return dbc_real(DatumGetFloat8(datum));
		case NUMERICOID:
			return value_of_numeric(host, datum);
		case TEXTOID:
		case VARCHAROID:
			return dbc_text(text_of(host, datum));
		case TIMESTAMPTZOID:
			return dbc_text(dbcpg_to_core(host, timestamp_text(datum)));
		case JSONOID:
		case JSONBOID:
			return dbc_json(dbcpg_to_core(host, output_text(datum, type)));
		default:
			return dbc_text(dbcpg_to_core(host, output_text(datum, type)));
	}
}

dbc_value
dbcpg_value_of(dbcpg_host *host, Datum datum, bool isnull, Oid type)
{
	MemoryContext context;
	dbc_value value;

	if (isnull)
		return dbc_null();
	context = MemoryContextSwitchTo(host->scratch);
	value = convert(host, datum, type);
	MemoryContextSwitchTo(context);
	MemoryContextReset(host->scratch);
	return value;
}

static Datum
datum_of_text(const char *text, Oid type)
{
	const char *own = dbcpg_from_core(text);

	switch (type)
	{
		case TEXTOID:
			return CStringGetTextDatum(own);
		case JSONBOID:
			return DirectFunctionCall1(jsonb_in, CStringGetDatum(own));
		case TIMESTAMPTZOID:
			return DirectFunctionCall3(timestamptz_in, CStringGetDatum(own),
									   ObjectIdGetDatum(InvalidOid),
									   Int32GetDatum(-1));
		default:
			elog(ERROR, "text is not a value of type %s", format_type_be(type));
	}
	return (Datum) 0;
}

static Datum
datum_of_number(const dbc_value *value, Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return BoolGetDatum(value->integer != 0);
		case INT8OID:
			return Int64GetDatum(value->integer);
		case FLOAT8OID:
			return Float8GetDatum(value->kind == DBC_REAL
									  ? value->real
									  : (double) value->integer);
		default:
			elog(ERROR, "a number is not a value of type %s",
				 format_type_be(type));
	}
	return (Datum) 0;
}

Datum
dbcpg_datum_of(const dbc_value *value, Oid type, bool *isnull)
{
	*isnull = value->kind == DBC_NULL;
	if (*isnull)
		return (Datum) 0;
	if (value->kind == DBC_TEXT || value->kind == DBC_JSON)
		return datum_of_text(value->text, type);
	return datum_of_number(value, type);
}

const char *
dbcpg_number_text(dbc_host *base, const char *native)
{
	(void) base;
	return DatumGetCString(
		DirectFunctionCall1(numeric_out, PointerGetDatum(native)));
}
