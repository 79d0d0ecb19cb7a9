/*
 * type.c
 *	  Types and defaults of columns as written in a script.
 */
#include "pg_ext/lint/analysis.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"

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

dbcpg_lint_column_type
dbcpg_lint_read_type(dbcpg_lint_analyzer *r, const TypeName *name)
{
	dbcpg_lint_column_type type = {.oid = serial_type(name), .typmod = -1};
	bool known = true;

	type.is_serial = OidIsValid(type.oid);
	if (!type.is_serial)
		type.oid = dbcpg_lint_catalog_find_type(name);
	type.is_checked =
		OidIsValid(type.oid) && dbcpg_lint_catalog_is_checked(type.oid);
	if (OidIsValid(type.oid))
		type.typmod = dbcpg_lint_catalog_read_modifier(name, type.oid, &known);
	type.text = dbcpg_lint_copy_text(
		r, OidIsValid(type.oid) && known
			   ? dbcpg_lint_catalog_type_text(type.oid, type.typmod)
			   : written_type(name));
	return type;
}

/* ---- defaults ---- */

static bool
find_volatile(Node *node, void *context)
{
	if (!node)
		return false;
	if (IsA(node, FuncCall) &&
		dbcpg_lint_catalog_is_volatile((const FuncCall *) node))
		return true;
	return raw_expression_tree_walker(node, find_volatile, context);
}

bool
dbcpg_lint_is_volatile(Node *expression)
{
	return find_volatile(expression, NULL);
}
