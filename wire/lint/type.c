/*
 * type.c
 *	  The types and functions that PostgreSQL has built in; others are asked for
 *	  over the connection.
 */
#include "pg_ext/core/compat_nodes.h"
#include "wire/lint/catalog.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

/* ---- names ---- */

/* The types of columns; the SQL name of those that have another one. */
static const struct
{
	const char *name;
	const char *shown;
	Oid oid;
	Oid array;
} types[] = {
	{"bit", NULL, BITOID, BITARRAYOID},
	{"bool", "boolean", BOOLOID, BOOLARRAYOID},
	{"box", NULL, BOXOID, BOXARRAYOID},
	{"bpchar", NULL, BPCHAROID, BPCHARARRAYOID},
	{"bytea", NULL, BYTEAOID, BYTEAARRAYOID},
	{"char", "\"char\"", CHAROID, CHARARRAYOID},
	{"cid", NULL, CIDOID, CIDARRAYOID},
	{"cidr", NULL, CIDROID, CIDRARRAYOID},
	{"circle", NULL, CIRCLEOID, CIRCLEARRAYOID},
	{"date", NULL, DATEOID, DATEARRAYOID},
	{"datemultirange", NULL, DATEMULTIRANGEOID, DATEMULTIRANGEARRAYOID},
	{"daterange", NULL, DATERANGEOID, DATERANGEARRAYOID},
	{"float4", "real", FLOAT4OID, FLOAT4ARRAYOID},
	{"float8", "double precision", FLOAT8OID, FLOAT8ARRAYOID},
	{"inet", NULL, INETOID, INETARRAYOID},
	{"int2", "smallint", INT2OID, INT2ARRAYOID},
	{"int4", "integer", INT4OID, INT4ARRAYOID},
	{"int4multirange", NULL, INT4MULTIRANGEOID, INT4MULTIRANGEARRAYOID},
	{"int4range", NULL, INT4RANGEOID, INT4RANGEARRAYOID},
	{"int8", "bigint", INT8OID, INT8ARRAYOID},
	{"int8multirange", NULL, INT8MULTIRANGEOID, INT8MULTIRANGEARRAYOID},
	{"int8range", NULL, INT8RANGEOID, INT8RANGEARRAYOID},
	{"interval", NULL, INTERVALOID, INTERVALARRAYOID},
	{"json", NULL, JSONOID, JSONARRAYOID},
	{"jsonb", NULL, JSONBOID, JSONBARRAYOID},
	{"jsonpath", NULL, JSONPATHOID, JSONPATHARRAYOID},
	{"line", NULL, LINEOID, LINEARRAYOID},
	{"lseg", NULL, LSEGOID, LSEGARRAYOID},
	{"macaddr", NULL, MACADDROID, MACADDRARRAYOID},
	{"macaddr8", NULL, MACADDR8OID, MACADDR8ARRAYOID},
	{"money", NULL, MONEYOID, MONEYARRAYOID},
	{"name", NULL, NAMEOID, NAMEARRAYOID},
	{"numeric", NULL, NUMERICOID, NUMERICARRAYOID},
	{"nummultirange", NULL, NUMMULTIRANGEOID, NUMMULTIRANGEARRAYOID},
	{"numrange", NULL, NUMRANGEOID, NUMRANGEARRAYOID},
	{"oid", NULL, OIDOID, OIDARRAYOID},
	{"path", NULL, PATHOID, PATHARRAYOID},
	{"pg_lsn", NULL, PG_LSNOID, PG_LSNARRAYOID},
	{"pg_snapshot", NULL, PG_SNAPSHOTOID, PG_SNAPSHOTARRAYOID},
	{"point", NULL, POINTOID, POINTARRAYOID},
	{"polygon", NULL, POLYGONOID, POLYGONARRAYOID},
	{"refcursor", NULL, REFCURSOROID, REFCURSORARRAYOID},
	{"regclass", NULL, REGCLASSOID, REGCLASSARRAYOID},
	{"regcollation", NULL, REGCOLLATIONOID, REGCOLLATIONARRAYOID},
	{"regconfig", NULL, REGCONFIGOID, REGCONFIGARRAYOID},
	{"regdictionary", NULL, REGDICTIONARYOID, REGDICTIONARYARRAYOID},
	{"regnamespace", NULL, REGNAMESPACEOID, REGNAMESPACEARRAYOID},
	{"regoper", NULL, REGOPEROID, REGOPERARRAYOID},
	{"regoperator", NULL, REGOPERATOROID, REGOPERATORARRAYOID},
	{"regproc", NULL, REGPROCOID, REGPROCARRAYOID},
	{"regprocedure", NULL, REGPROCEDUREOID, REGPROCEDUREARRAYOID},
	{"regrole", NULL, REGROLEOID, REGROLEARRAYOID},
	{"regtype", NULL, REGTYPEOID, REGTYPEARRAYOID},
	{"text", NULL, TEXTOID, TEXTARRAYOID},
	{"tid", NULL, TIDOID, TIDARRAYOID},
	{"time", NULL, TIMEOID, TIMEARRAYOID},
	{"timestamp", NULL, TIMESTAMPOID, TIMESTAMPARRAYOID},
	{"timestamptz", NULL, TIMESTAMPTZOID, TIMESTAMPTZARRAYOID},
	{"timetz", NULL, TIMETZOID, TIMETZARRAYOID},
	{"tsmultirange", NULL, TSMULTIRANGEOID, TSMULTIRANGEARRAYOID},
	{"tsquery", NULL, TSQUERYOID, TSQUERYARRAYOID},
	{"tsrange", NULL, TSRANGEOID, TSRANGEARRAYOID},
	{"tstzmultirange", NULL, TSTZMULTIRANGEOID, TSTZMULTIRANGEARRAYOID},
	{"tstzrange", NULL, TSTZRANGEOID, TSTZRANGEARRAYOID},
	{"tsvector", NULL, TSVECTOROID, TSVECTORARRAYOID},
	{"txid_snapshot", NULL, TXID_SNAPSHOTOID, TXID_SNAPSHOTARRAYOID},
	{"uuid", NULL, UUIDOID, UUIDARRAYOID},
	{"varbit", "bit varying", VARBITOID, VARBITARRAYOID},
	{"varchar", "character varying", VARCHAROID, VARCHARARRAYOID},
	{"xid", NULL, XIDOID, XIDARRAYOID},
	{"xid8", NULL, XID8OID, XID8ARRAYOID},
	{"xml", NULL, XMLOID, XMLARRAYOID},
};

/* Whether a name, which may have a schema, can be one of pg_catalog; *last is
 * the name alone. */
static bool
is_built_in_name(List *names, const char **last)
{
	*last = strVal(llast(names));
	return list_length(names) == 1 ||
		   (list_length(names) == 2 &&
			strcmp(strVal(linitial(names)), "pg_catalog") == 0);
}

Oid
dbcw_named_type(List *names, bool is_array)
{
	const char *last;

	if (is_built_in_name(names, &last))
		for (size_t i = 0; i < lengthof(types); i++)
			if (strcmp(types[i].name, last) == 0)
				return is_array ? types[i].array : types[i].oid;
	return dbcw_first_oid(DBCW_ASK("lint/find_type", dbcw_schema_of(names),
								   dbc_text(strVal(llast(names))),
								   dbc_bool(is_array), dbcw_path()));
}

Oid
dbcpg_lint_catalog_find_type(const TypeName *name)
{
	return name->pct_type || name->names == NIL
			   ? InvalidOid
			   : dbcw_named_type(name->names, name->arrayBounds != NIL);
}

/* The element type of an array, or the type itself. */
static Oid
element_of(Oid type)
{
	for (size_t i = 0; i < lengthof(types); i++)
		if (types[i].array == type)
			return types[i].oid;
	return type;
}

/* Columns of lint/type.sql. */
enum
{
	T_BASE,
	T_MODIFIER,
	T_IS_CHECKED,
	T_TEXT
};

/* What the database says of a type; NULL for one in the list. */
static const dbc_rows *
ask_type(Oid type)
{
	const dbc_rows *rows;

	for (size_t i = 0; i < lengthof(types); i++)
		if (types[i].oid == type || types[i].array == type)
			return NULL;
	rows = DBCW_ASK("lint/type", dbc_int(type), dbcw_path());
	return rows->nrows > 0 ? rows : NULL;
}

bool
dbcpg_lint_catalog_is_checked(Oid type)
{
	const dbc_rows *rows = ask_type(type);

	return rows && rows->values[T_IS_CHECKED].integer;
}

/* ---- modifiers ---- */

int32
dbcpg_lint_catalog_read_modifier(const TypeName *name, Oid type, bool *known)
{
	int32 numbers[2] = {0, -1};
	ListCell *cell;
	int count = 0;

	*known = !name->typmods || type < FirstNormalObjectId;
	if (!*known)
		return -1;
	foreach (cell, name->typmods)
		if (count < 2 && dbcpg_is_integer_constant(lfirst(cell)))
			numbers[count++] = dbcpg_integer_value(lfirst(cell));
	if (count == 0)
		return name->typemod;
	switch (element_of(type))
	{
		case BPCHAROID:
		case VARCHAROID:
			return numbers[0] + VARHDRSZ;
		case BITOID:
		case VARBITOID:
			return numbers[0];
		case NUMERICOID:
			return (int32) (((uint32) numbers[0] << 16) |
							((uint32) Max(numbers[1], count - 2) & 0x7ff)) +
				   VARHDRSZ;
		case TIMEOID:
		case TIMETZOID:
			return Min(numbers[0], MAX_TIME_PRECISION);
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return Min(numbers[0], MAX_TIMESTAMP_PRECISION);
		case INTERVALOID:
			return INTERVAL_TYPMOD(count == 2
									   ? Min(numbers[1], MAX_INTERVAL_PRECISION)
									   : INTERVAL_FULL_PRECISION,
								   numbers[0]);
		default:
			return -1;
	}
}

/* Scale and precision of a numeric. */
static int
scale_of(int32 typmod)
{
	return (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
}

static int
precision_of(int32 typmod)
{
	return (int) ((uint32) (typmod - VARHDRSZ) >> 16);
}

/* The text of an interval's modifier. */
static const char *
interval_text(int32 typmod)
{
	static const struct
	{
		int range;
		const char *text;
	} ranges[] = {
		{INTERVAL_MASK(YEAR), " year"},
		{INTERVAL_MASK(MONTH), " month"},
		{INTERVAL_MASK(DAY), " day"},
		{INTERVAL_MASK(HOUR), " hour"},
		{INTERVAL_MASK(MINUTE), " minute"},
		{INTERVAL_MASK(SECOND), " second"},
		{INTERVAL_MASK(YEAR) | INTERVAL_MASK(MONTH), " year to month"},
		{INTERVAL_MASK(DAY) | INTERVAL_MASK(HOUR), " day to hour"},
		{INTERVAL_MASK(DAY) | INTERVAL_MASK(HOUR) | INTERVAL_MASK(MINUTE),
		 " day to minute"},
		{INTERVAL_MASK(DAY) | INTERVAL_MASK(HOUR) | INTERVAL_MASK(MINUTE) |
			 INTERVAL_MASK(SECOND),
		 " day to second"},
		{INTERVAL_MASK(HOUR) | INTERVAL_MASK(MINUTE), " hour to minute"},
		{INTERVAL_MASK(HOUR) | INTERVAL_MASK(MINUTE) | INTERVAL_MASK(SECOND),
		 " hour to second"},
		{INTERVAL_MASK(MINUTE) | INTERVAL_MASK(SECOND), " minute to second"},
	};
	const char *range = "";

	if (typmod < 0)
		return "interval";
	for (size_t i = 0; i < lengthof(ranges); i++)
		if (ranges[i].range == INTERVAL_RANGE(typmod))
			range = ranges[i].text;
	return INTERVAL_PRECISION(typmod) == INTERVAL_FULL_PRECISION
			   ? psprintf("interval%s", range)
			   : psprintf("interval%s(%d)", range, INTERVAL_PRECISION(typmod));
}

/* The text of a type of time. */
static const char *
time_text(const char *name, int32 typmod, const char *zone)
{
	return typmod < 0 ? psprintf("%s %s time zone", name, zone)
					  : psprintf("%s(%d) %s time zone", name, typmod, zone);
}

/* A type that is no array. */
static const char *
element_text(Oid type, int32 typmod)
{
	switch (type)
	{
		case BPCHAROID:
			return typmod < VARHDRSZ
					   ? "bpchar"
					   : psprintf("character(%d)", typmod - VARHDRSZ);
		case VARCHAROID:
			return typmod < VARHDRSZ
					   ? "character varying"
					   : psprintf("character varying(%d)", typmod - VARHDRSZ);
		case BITOID:
			return typmod < 0 ? "\"bit\"" : psprintf("bit(%d)", typmod);
		case VARBITOID:
			return typmod < 0 ? "bit varying"
							  : psprintf("bit varying(%d)", typmod);
		case NUMERICOID:
			return typmod < VARHDRSZ
					   ? "numeric"
					   : psprintf("numeric(%d,%d)", precision_of(typmod),
								  scale_of(typmod));
		case TIMEOID:
			return time_text("time", typmod, "without");
		case TIMETZOID:
			return time_text("time", typmod, "with");
		case TIMESTAMPOID:
			return time_text("timestamp", typmod, "without");
		case TIMESTAMPTZOID:
			return time_text("timestamp", typmod, "with");
		case INTERVALOID:
			return interval_text(typmod);
		default:
			break;
	}
	for (size_t i = 0; i < lengthof(types); i++)
		if (types[i].oid == type)
			return types[i].shown ? types[i].shown : types[i].name;
	return "unknown";
}

const char *
dbcpg_lint_catalog_type_text(Oid type, int32 typmod)
{
	Oid element = element_of(type);
	const dbc_rows *rows = ask_type(type);
	const char *text =
		rows ? rows->values[T_TEXT].text : element_text(element, typmod);

	return element == type ? text : psprintf("%s[]", text);
}

/* ---- changes of a column's type ---- */

/* Types whose values are those of the other one, as in pg_cast. */
static const struct
{
	Oid from;
	Oid to;
} casts[] = {
	{TEXTOID, VARCHAROID},	 {TEXTOID, BPCHAROID},	 {VARCHAROID, TEXTOID},
	{VARCHAROID, BPCHAROID}, {XMLOID, TEXTOID},		 {XMLOID, VARCHAROID},
	{XMLOID, BPCHAROID},	 {CIDROID, INETOID},	 {BITOID, VARBITOID},
	{VARBITOID, BITOID},	 {INT4OID, OIDOID},		 {OIDOID, INT4OID},
	{INT4OID, REGCLASSOID},	 {REGCLASSOID, INT4OID}, {OIDOID, REGCLASSOID},
	{REGCLASSOID, OIDOID},
};

static bool
keeps_values(Oid from, Oid to)
{
	const dbc_rows *same;

	if (from == to)
		return true;
	for (size_t i = 0; i < lengthof(casts); i++)
		if (casts[i].from == from && casts[i].to == to)
			return true;
	if (Max(from, to) >= FirstNormalObjectId)
	{
		same = DBCW_ASK("lint/is_same", dbc_int(from), dbc_int(to));
		return same->nrows > 0;
	}
	return dbcw_is_utc() && ((from == TIMESTAMPOID && to == TIMESTAMPTZOID) ||
							 (from == TIMESTAMPTZOID && to == TIMESTAMPOID));
}

/* The smallest field of an interval, 0 for seconds. */
static int
smallest_field(int32 typmod)
{
	static const int fields[] = {SECOND, MINUTE, HOUR, DAY, MONTH, YEAR};
	int n = 0;

	if (typmod < 0 || INTERVAL_RANGE(typmod) == INTERVAL_FULL_RANGE)
		return 0;
	while (n < (int) lengthof(fields) - 1 &&
		   !(INTERVAL_RANGE(typmod) & INTERVAL_MASK(fields[n])))
		n++;
	return n;
}

static bool
keeps_interval(int32 old, int32 new)
{
	int smallest = smallest_field(old);
	int digits = old < 0 ? INTERVAL_FULL_PRECISION : INTERVAL_PRECISION(old);

	return smallest_field(new) <= smallest &&
		   (smallest > 0 || INTERVAL_PRECISION(new) >= MAX_INTERVAL_PRECISION ||
			INTERVAL_PRECISION(new) >= digits);
}

/* Whether the function that applies another modifier to a value would do
 * nothing, as PostgreSQL's support functions find out. */
static bool
keeps_length(Oid type, int32 old, int32 new)
{
	if (new < 0 || new == old)
		return true;
	switch (type)
	{
		case VARCHAROID:
		case VARBITOID:
			return old >= 0 && old <= new;
		case NUMERICOID:
			return old >= VARHDRSZ && scale_of(old) == scale_of(new) &&
				   precision_of(old) <= precision_of(new);
		case TIMEOID:
		case TIMETZOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return new == MAX_TIMESTAMP_PRECISION || (old >= 0 && old <= new);
		case INTERVALOID:
			return keeps_interval(old, new);
		default:
			return false;
	}
}

/* The type that a domain is based on, with its modifier; or the type itself. */
static Oid
base_of(Oid type, int32 *typmod)
{
	const dbc_rows *rows = ask_type(type);
	Oid base = rows ? (Oid) rows->values[T_BASE].integer : type;

	if (base != type)
		*typmod = (int32) rows->values[T_MODIFIER].integer;
	return base;
}

bool
dbcpg_lint_catalog_keeps_rows(const dbcpg_catalog_column *column, Oid type,
							  int32 typmod)
{
	Oid base = base_of(type, &typmod);
	int32 ignored;
	/* a conversion begins without modifier */
	int32 old = column->type == base ? column->typmod : -1;

	return keeps_values(base_of(column->type, &ignored), base) &&
		   keeps_length(base, old, typmod);
}

/* ---- functions ---- */

/* The built-in functions that are not volatile, each between blanks. */
static const char *const stable =
#include "wire/lint/functions.def"
	;

const dbc_rows *
dbcw_find_functions(List *names, int nargs)
{
	static const dbc_rows none = {.nrows = 0};

	return list_length(names) > 2
			   ? &none
			   : DBCW_ASK("lint/functions", dbcw_schema_of(names),
						  dbc_text(strVal(llast(names))), dbc_int(nargs),
						  dbcw_path());
}

bool
dbcpg_lint_catalog_is_volatile(const FuncCall *call)
{
	const dbc_rows *rows;
	const char *name;

	if (!dbcw_has_database())
		return !is_built_in_name(call->funcname, &name) ||
			   !strstr(stable, psprintf(" %s ", name));
	rows = dbcw_find_functions(call->funcname, list_length(call->args));
	for (int i = 0; i < rows->nrows; i++)
		if (rows->values[i * rows->ncols + 1].integer)
			return true;
	return rows->nrows == 0;
}
