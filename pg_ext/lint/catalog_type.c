/*
 * catalog_type.c
 *	  Types and functions of the catalog.
 */
#include "pg_ext/lint/catalog_read.h"

#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ---- types ---- */

Oid
dbcpg_lint_catalog_named_type(List *names)
{
	int length = list_length(names);
	Oid schema;

	if (length == 1)
		return TypenameGetTypid(strVal(linitial(names)));
	schema = get_namespace_oid(strVal(list_nth(names, length - 2)), true);
	return OidIsValid(schema)
			   ? GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
								 CStringGetDatum(strVal(llast(names))),
								 ObjectIdGetDatum(schema))
			   : InvalidOid;
}

Oid
dbcpg_lint_catalog_find_type(const TypeName *name)
{
	Oid oid = name->typeOid;

	if (name->pct_type)
		return InvalidOid;
	if (name->names != NIL)
		oid = dbcpg_lint_catalog_named_type(name->names);
	if (OidIsValid(oid) && name->arrayBounds != NIL)
		oid = get_array_type(oid);
	return OidIsValid(oid) && get_typisdefined(oid) ? oid : InvalidOid;
}

/* Type modifiers of user-defined types need a call of their function. */
int32
dbcpg_lint_catalog_read_modifier(const TypeName *name, Oid type, bool *known)
{
	TypeName *found = makeTypeNameFromOid(type, name->typemod);
	int32 typmod;

	*known = !name->typmods || type < FirstNormalObjectId;
	if (!*known)
		return -1;
	found->typmods = name->typmods;
	typenameTypeIdAndMod(NULL, found, &type, &typmod);
	return typmod;
}

/* Whether a domain has constraints. */
static bool
domain_has_check(Oid type)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	bool found;

	ScanKeyInit(&key, Anum_pg_constraint_contypid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(type));
	scan = systable_beginscan(catalog, ConstraintTypidIndexId, true, NULL, 1,
							  &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

/* Whether a domain, or one it is based on, has constraints.  PostgreSQL's own
 * function would plan them, and so call functions of other users. */
bool
dbcpg_lint_catalog_is_checked(Oid type)
{
	while (get_typtype(type) == TYPTYPE_DOMAIN)
	{
		HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
		Form_pg_type form;

		if (!HeapTupleIsValid(tuple))
			return false;
		form = (Form_pg_type) GETSTRUCT(tuple);
		if (form->typnotnull || domain_has_check(type))
		{
			ReleaseSysCache(tuple);
			return true;
		}
		type = form->typbasetype;
		ReleaseSysCache(tuple);
	}
	return false;
}

/* The modifiers of user-defined types are omitted: their output function could
 * run user code. */
const char *
dbcpg_lint_catalog_type_text(Oid type, int32 typmod)
{
	return format_type_with_typemod(type,
									type < FirstNormalObjectId ? typmod : -1);
}

/* ---- functions ---- */

/* A schema without USAGE contains none. */
FuncCandidateList
dbcpg_lint_catalog_functions(List *names, int nargs)
{
	int length = list_length(names);
	Oid schema;

	if (length > 2)
		return NULL;
	if (length == 2)
	{
		schema = get_namespace_oid(strVal(linitial(names)), true);
		if (!OidIsValid(schema) || !dbcpg_may_use_schema(schema))
			return NULL;
	}
	return dbcpg_function_candidates(names, nargs);
}

/* Whether any function with this name and number of arguments is volatile. */
bool
dbcpg_lint_catalog_is_volatile(const FuncCall *call)
{
	FuncCandidateList candidate =
		dbcpg_lint_catalog_functions(call->funcname, list_length(call->args));

	if (!candidate)
		return true;
	for (; candidate; candidate = candidate->next)
		if (func_volatile(candidate->oid) == PROVOLATILE_VOLATILE)
			return true;
	return false;
}
