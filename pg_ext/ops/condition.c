/*
 * condition.c
 *	  Conditions about a column.
 */
#include "pg_ext/ops/condition.h"

#include "common/core/text.h"

dbc_ops_condition
dbcpg_ops_test(dbc_host *host, const dbc_ops_column *column, dbc_ops_test test)
{
	static const struct
	{
		const char *before; /* %s: the column */
		const char *after;
	} forms[] = {
		[DBC_OPS_EQUAL] = {"coalesce(cast(%s as pg_catalog.text) collate "
						   "pg_catalog.\"C\" operator(pg_catalog.=) cast(",
						   " as pg_catalog.text), false)"},
		[DBC_OPS_CONTAINS] = {"pg_catalog.strpos(cast(%s as pg_catalog.text) "
							  "collate pg_catalog.\"C\", cast(",
							  " as pg_catalog.text)) operator(pg_catalog.>) 0"},
		[DBC_OPS_LIKE] = {"cast(%s as pg_catalog.text) "
						  "operator(pg_catalog.~~) cast(",
						  " as pg_catalog.text)"},
		[DBC_OPS_ILIKE] = {"cast(%s as pg_catalog.text) collate "
						   "pg_catalog.\"C\" operator(pg_catalog.~~*) cast(",
						   " as pg_catalog.text)"}};
	const char *operator= column->operators[DBC_OPS_EQ];

	if (test == DBC_OPS_EQUAL && column->kind == DBC_OPS_JSON)
		return (dbc_ops_condition){
			.before = dbc_format(host,
								 "coalesce(cast(%s as pg_catalog.jsonb) "
								 "operator(pg_catalog.=) cast(",
								 column->quoted),
			.after = " as pg_catalog.jsonb), false)"};
	if (test == DBC_OPS_EQUAL && operator&& column->kind != DBC_OPS_TEXT)
		return (dbc_ops_condition){
			.before =
				dbc_format(host, "coalesce(%s %s ", column->quoted, operator),
			.after = ", false)"};
	return (dbc_ops_condition){
		.before = dbc_format(host, forms[test].before, column->quoted),
		.after = forms[test].after};
}

const dbc_ops_condition *
dbcpg_ops_words(dbc_host *host, const dbc_ops_column *column,
				const char *configuration)
{
	dbc_ops_condition *search = dbc_alloc(host, sizeof(*search));

	search->after = " as pg_catalog.text))";
	/* the configuration by number: its name would have to be quoted twice */
	search->before =
		configuration
			? dbc_format(host,
						 "pg_catalog.to_tsvector(%s::pg_catalog.regconfig, %s) "
						 "operator(pg_catalog.@@) "
						 "pg_catalog.plainto_tsquery(%s::pg_catalog.regconfig, "
						 "cast(",
						 configuration, column->quoted, configuration)
			: dbc_format(host,
						 "%s operator(pg_catalog.@@) "
						 "pg_catalog.plainto_tsquery(cast(",
						 column->quoted);
	return search;
}

const char *
dbcpg_ops_document_sql(dbc_host *host, const dbc_ops_column *column)
{
	return dbc_format(
		host,
		"select v.v::pg_catalog.text from pg_catalog.jsonb_to_record("
		"pg_catalog.jsonb_build_object('v', cast($1 as pg_catalog.jsonb))) "
		"as v (v %s)",
		column->type);
}
