/*
 * plain.c
 *	  A table for rows of a damaged one, which runs no code.
 *
 * The owners of a table, of its types and of its indexes need not trust each
 * other, nor the caller them.  So the new table has types without code: below
 * domains, also in arrays.  A row or a range with domains in it has no such
 * type, and is kept as text.  The table and its index are made by plain
 * statements, which have no expression.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/check/verify.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/relation.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "commands/tablecmds.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/typcache.h"

/* ---- types ---- */

static bool
has_plain_columns(Oid type)
{
	TupleDesc shape = lookup_rowtype_tupdesc(type, -1);
	bool plain = true;

	for (int i = 0; i < shape->natts && plain; i++)
	{
		Form_pg_attribute column = TupleDescAttr(shape, i);
		int32 modifier = column->atttypmod;

		plain = column->attisdropped ||
				dbcpg_check_plain_type(column->atttypid, &modifier) ==
					column->atttypid;
	}
	ReleaseTupleDesc(shape);
	return plain;
}

/* The type of arrays whose elements have the type below those of another. */
static Oid
find_plain_array(Oid array, Oid element, int32 *modifier)
{
	Oid plain = dbcpg_check_plain_type(element, modifier);

	if (plain == element)
		return array;
	return OidIsValid(plain) && !OidIsValid(get_element_type(plain))
			   ? get_array_type(plain)
			   : InvalidOid;
}

Oid
dbcpg_check_plain_type(Oid type, int32 *modifier)
{
	Oid part;

	check_stack_depth();
	type = getBaseTypeAndTypmod(type, modifier);
	part = get_element_type(type);
	if (OidIsValid(part))
		return find_plain_array(type, part, modifier);
	switch (get_typtype(type))
	{
		case TYPTYPE_COMPOSITE:
			return has_plain_columns(type) ? type : InvalidOid;
		case TYPTYPE_RANGE:
			part = get_range_subtype(type);
			return dbcpg_check_plain_type(part, modifier) == part ? type
																  : InvalidOid;
		case TYPTYPE_MULTIRANGE:
			part = get_multirange_range(type);
			return dbcpg_check_plain_type(part, modifier) == part ? type
																  : InvalidOid;
		default:
			return type;
	}
}

/* ---- the table ---- */

bool
dbcpg_check_is_stored(const FormData_pg_attribute *column)
{
	return !column->attisdropped && column->attgenerated != 'v';
}

static void
append_column(StringInfo text, const FormData_pg_attribute *column)
{
	int32 modifier = column->atttypmod;
	Oid type = dbcpg_check_plain_type(column->atttypid, &modifier);
	Oid collation = column->attcollation;

	appendStringInfo(text, "%s%s %s", text->len > 0 ? ", " : "",
					 quote_identifier(NameStr(column->attname)),
					 OidIsValid(type)
						 ? format_type_extended(type, modifier,
												FORMAT_TYPE_TYPEMOD_GIVEN |
													FORMAT_TYPE_FORCE_QUALIFY)
						 : "text");
	if (OidIsValid(type) && OidIsValid(collation) &&
		collation != get_typcollation(type))
		appendStringInfo(text, " collate %s",
						 generate_collation_name(collation));
	if (column->attnotnull)
		appendStringInfoString(text, " not null");
}

static void
run(dbc_host *host, const char *text)
{
	dbcpg_require_spi_success(dbcpg_execute_own(dbcpg_of(host), text, false));
}

void
dbcpg_check_make_plain(dbc_host *host, int64_t oid, const dbc_relation *to,
					   const dbc_check_entries *key)
{
	Relation table = table_open((Oid) oid, AccessShareLock);
	TupleDesc shape = RelationGetDescr(table);
	const char *name = quote_qualified_identifier(dbcpg_from_core(to->schema),
												  dbcpg_from_core(to->name));
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < shape->natts; i++)
		if (dbcpg_check_is_stored(TupleDescAttr(shape, i)))
			append_column(&text, TupleDescAttr(shape, i));
	table_close(table, NoLock);
	run(host, psprintf("create table %s (%s)", name, text.data));
	if (!key)
		return;
	resetStringInfo(&text);
	for (int i = 0; i < key->nkeys; i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "",
						 quote_identifier(dbcpg_from_core(key->columns[i])));
	run(host, psprintf("create unique index on %s (%s)", name, text.data));
}

void
dbcpg_check_give_plain(dbc_host *host, int64_t oid, const dbc_relation *to)
{
	(void) host;
	ATExecChangeOwner(dbcpg_find_table_oid(to), dbcpg_owner_of((Oid) oid),
					  false, AccessExclusiveLock);
	CommandCounterIncrement();
}
