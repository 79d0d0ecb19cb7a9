/*
 * verify_domain.c
 *	  Values of a domain, which may be nested in those of a column: elements
 *	  of arrays, fields of composite types, and so on.
 */
#include "pg_ext/check/verify.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* Where values of the domain are nested in a type. */
struct dbcpg_check_domain_location
{
	Oid type;
	bool found; /* the type contains the domain */
	struct dbcpg_check_domain_location *elements;
	int nfields;
	AttrNumber *fields; /* fields that contain the domain */
	/* location within each of these fields */
	struct dbcpg_check_domain_location **inside;
};

/* A search for the domain; each type is searched once. */
typedef struct search
{
	Oid domain;
	List *places;
} search;

static dbcpg_check_domain_location *find_place(search *s, Oid type);

/* ---- locations ---- */

/* The base type of a domain. */
static Oid
base_of(Oid domain)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(domain));
	Oid base;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "there is no type %u", domain);
	base = ((Form_pg_type) GETSTRUCT(tuple))->typbasetype;
	ReleaseSysCache(tuple);
	return base;
}

/* Searches the fields of a composite type. */
static void
search_fields(search *s, dbcpg_check_domain_location *place)
{
	TupleDesc fields = lookup_rowtype_tupdesc(place->type, -1);

	place->fields = palloc((Size) fields->natts * sizeof(*place->fields));
	place->inside = palloc((Size) fields->natts * sizeof(*place->inside));
	for (int i = 0; i < fields->natts; i++)
	{
		const FormData_pg_attribute *field = TupleDescAttr(fields, i);
		dbcpg_check_domain_location *inside =
			field->attisdropped ? NULL : find_place(s, field->atttypid);

		if (!inside || !inside->found)
			continue;
		place->fields[place->nfields] = field->attnum;
		place->inside[place->nfields++] = inside;
	}
	place->found = place->nfields > 0;
	ReleaseTupleDesc(fields);
}

/* Finds the location of the domain in a type. */
static dbcpg_check_domain_location *
find_place(search *s, Oid type)
{
	dbcpg_check_domain_location *place;
	ListCell *cell;

	check_stack_depth();
	while (type != s->domain && get_typtype(type) == TYPTYPE_DOMAIN)
		type = base_of(type);
	foreach (cell, s->places)
	{
		place = lfirst(cell);
		if (place->type == type)
			return place;
	}
	place = palloc0(sizeof(*place));
	place->type = type;
	if (type == s->domain)
		place->found = true;
	else if (get_typtype(type) == TYPTYPE_COMPOSITE)
		search_fields(s, place);
	else if (OidIsValid(get_element_type(type)))
	{
		place->elements = find_place(s, get_element_type(type));
		place->found = place->elements->found;
	}
	s->places = lappend(s->places, place);
	return place;
}

dbcpg_check_domain_location *
dbcpg_check_find_domain_location(Oid type, Oid domain)
{
	search s = {.domain = domain};

	return find_place(&s, type);
}

/* ---- values ---- */

/* Whether the domain rejects a value: by its checks, or its NOT NULL if it has
 * none. */
static bool
domain_refuses(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader,
			   Datum value, bool isnull)
{
	ExprContext *context = reader->context;

	context->domainValue_datum = value;
	context->domainValue_isNull = isnull;
	return t->predicate ? !ExecCheck(t->predicate, context) : isnull;
}

/* Whether the domain rejects an element of an array. */
static bool
array_fails(dbcpg_check_row_test *t, dbcpg_check_table_scan *reader,
			const dbcpg_check_domain_location *place, Datum array)
{
	ArrayIterator elements =
		array_create_iterator(DatumGetArrayTypeP(array), 0, NULL);
	bool fails = false;
	Datum value;
	bool isnull;

	while (!fails && array_iterate(elements, &value, &isnull))
		fails = dbcpg_check_violates_domain(t, reader, place->elements, value,
											isnull);
	array_free_iterator(elements);
	return fails;
}

/* Whether a value, or a domain value nested in it, violates the domain. */
bool
dbcpg_check_violates_domain(dbcpg_check_row_test *t,
							dbcpg_check_table_scan *reader,
							const dbcpg_check_domain_location *place,
							Datum value, bool isnull)
{
	bool fails = false;

	if (!place->elements && place->nfields == 0)
		return domain_refuses(t, reader, value, isnull);
	if (isnull)
		return false;
	if (place->elements)
		return array_fails(t, reader, place, value);
	for (int i = 0; i < place->nfields && !fails; i++)
	{
		Datum field = GetAttributeByNum(dbcpg_get_composite(value),
										place->fields[i], &isnull);

		fails = dbcpg_check_violates_domain(t, reader, place->inside[i], field,
											isnull);
	}
	return fails;
}
