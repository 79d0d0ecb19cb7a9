/*
 * type.c
 *	  Types and defaults of columns as written in a script.
 */
#include "pg_ext/lint/analysis.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/indexing.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ---- types ---- */

/* Pseudo-types for columns with sequences. */
static const struct
{
	const char *name;
	Oid type;
} serials[] = {{"smallserial", INT2OID}, {"serial2", INT2OID},
			   {"serial", INT4OID},		 {"serial4", INT4OID},
			   {"bigserial", INT8OID},	 {"serial8", INT8OID}};

/* The integer type of a serial type, or InvalidOid. */
static Oid
serial_type(const TypeName *name)
{
	if (list_length(name->names) != 1 || name->pct_type)
		return InvalidOid;
	for (size_t i = 0; i < lengthof(serials); i++)
		if (strcmp(strVal(linitial(name->names)), serials[i].name) == 0)
			return serials[i].type;
	return InvalidOid;
}

/* A schema without USAGE is no error. */
Oid
dbcpg_lint_find_type(List *names)
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

/* The type of a type name. */
static Oid
lookup(const TypeName *name)
{
	Oid oid = name->typeOid;

	if (name->pct_type)
		return InvalidOid;
	if (name->names != NIL)
		oid = dbcpg_lint_find_type(name->names);
	if (OidIsValid(oid) && name->arrayBounds != NIL)
		oid = get_array_type(oid);
	return OidIsValid(oid) && get_typisdefined(oid) ? oid : InvalidOid;
}

/* A type name as written, for a type that does not exist yet or whose modifiers
 * only a user-defined function can read. */
static const char *
written_type(const TypeName *name)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	appendStringInfoString(&text, NameListToQuotedString(name->names));
	if (name->pct_type)
		appendStringInfoString(&text, "%TYPE");
	foreach (cell, name->typmods)
	{
		const Node *modifier = lfirst(cell);
		appendStringInfoString(&text,
							   cell == list_head(name->typmods) ? "(" : ",");
		if (dbcpg_is_integer_constant(modifier))
			appendStringInfo(&text, "%d", dbcpg_integer_value(modifier));
		else if (IsA(modifier, ColumnRef))
			appendStringInfoString(
				&text,
				NameListToString(((const ColumnRef *) modifier)->fields));
		else
			appendStringInfoChar(&text, '?');
	}
	if (name->typmods)
		appendStringInfoChar(&text, ')');
	foreach (cell, name->arrayBounds)
		appendStringInfoString(&text, "[]");
	return text.data;
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
static bool
is_checked(Oid type)
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
dbcpg_lint_type_text(Oid type, int32 typmod)
{
	return format_type_with_typemod(type,
									type < FirstNormalObjectId ? typmod : -1);
}

dbcpg_lint_column_type
dbcpg_lint_read_type(dbcpg_lint_analyzer *r, const TypeName *name)
{
	dbcpg_lint_column_type type = {.oid = serial_type(name), .typmod = -1};
	TypeName *found;

	type.is_serial = OidIsValid(type.oid);
	if (!type.is_serial)
		type.oid = lookup(name);
	/* type modifiers of user-defined types need a call of their function */
	if (!OidIsValid(type.oid) ||
		(name->typmods && type.oid >= FirstNormalObjectId))
	{
		type.text = dbcpg_lint_copy_text(r, written_type(name));
		type.is_checked = OidIsValid(type.oid) && is_checked(type.oid);
		return type;
	}
	found = makeTypeNameFromOid(type.oid, name->typemod);
	found->typmods = name->typmods;
	typenameTypeIdAndMod(NULL, found, &type.oid, &type.typmod);
	type.text =
		dbcpg_lint_copy_text(r, dbcpg_lint_type_text(type.oid, type.typmod));
	type.is_checked = is_checked(type.oid);
	return type;
}

/* ---- defaults ---- */

/* A schema without USAGE contains none. */
FuncCandidateList
dbcpg_lint_find_functions(List *names, int nargs)
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

/* Whether any function with this name and number of arguments is volatile; an
 * unknown function counts as volatile. */
static bool
calls_volatile(const FuncCall *call)
{
	FuncCandidateList candidate =
		dbcpg_lint_find_functions(call->funcname, list_length(call->args));

	if (!candidate)
		return true;
	for (; candidate; candidate = candidate->next)
		if (func_volatile(candidate->oid) == PROVOLATILE_VOLATILE)
			return true;
	return false;
}

static bool
find_volatile(Node *node, void *context)
{
	if (!node)
		return false;
	if (IsA(node, FuncCall) && calls_volatile((const FuncCall *) node))
		return true;
	return raw_expression_tree_walker(node, find_volatile, context);
}

bool
dbcpg_lint_is_volatile(Node *expression)
{
	return find_volatile(expression, NULL);
}
