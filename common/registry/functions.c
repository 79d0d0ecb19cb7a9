/*
 * functions.c
 *	  The table of SQL functions, generated from core/api.def.
 */
#include <string.h>

#include "common/core/functions.h"
#include "common/core/text.h"

/* clang-format off */
#define DBC_FIELDS(...) \
	((const dbc_field[]) {__VA_ARGS__ {.type = DBC_T_END}})
#define DBC_ARGS(...) DBC_FIELDS(__VA_ARGS__)
#define DBC_COLS(...) DBC_FIELDS(__VA_ARGS__)
#define DBC_MEMBERS(...) DBC_FIELDS()
#define DBC_ARG(name, type, doc) {#name, DBC_T_##type, false, doc, false},
#define DBC_NUL(name, type, doc) {#name, DBC_T_##type, false, doc, true},
#define DBC_OPT(name, type, doc) {#name, DBC_T_##type, true, doc, true},
#define DBC_OPTS(...) {"options", DBC_T_JSON, true, "See the table of options.", true},
#define DBC_OPTS_NEEDED(...) \
	{"options", DBC_T_JSON, false, "See the table of options.", false},
#define DBC_COL(name, type, doc) {#name, DBC_T_##type, false, doc, false},
#define DBC_FUNCTION(name, class, result, engines, runs_stored_sql, doc, args, \
					 columns) \
	{#name, DBC_##class, DBC_T_##result, DBC_ON_##engines, runs_stored_sql, \
	 doc, args, columns, dbc_known_##name##_options, \
	 dbc_members_of_##name, dbc_run_##name},
/* clang-format on */

const dbc_function dbc_functions[] = {
#include "common/core/api.def"
};
const int dbc_nfunctions = sizeof(dbc_functions) / sizeof(dbc_functions[0]);

const char *
dbc_class_name(dbc_function_class class)
{
	static const char *const names[] = {"PURE", "READ", "WRITE",
										"PROC", "FILE", "VOLATILE"};

	return names[class];
}

const char *
dbc_option_type_name(dbc_option_type type)
{
	static const char *const names[] = {
		[DBC_O_BOOL] = "bool",	  [DBC_O_INT] = "integer",
		[DBC_O_TEXT] = "text",	  [DBC_O_SQL] = "text",
		[DBC_O_TEXTS] = "texts",  [DBC_O_ARRAY] = "array",
		[DBC_O_OBJECT] = "object"};

	return names[type];
}

/* The prefix of a function's name, up to the first underscore. */
const char *
dbc_function_area(dbc_host *host, const dbc_function *fn)
{
	return dbc_copy(host, fn->name, strcspn(fn->name, "_"));
}

/* The SQL name of a type on an engine, or the one used in the reference. */
const char *
dbc_type_name(dbc_type type, int engine)
{
	/* clang-format off */
	static const struct
	{
		const char *both;
		const char *postgresql;
		const char *sqlite;
	} names[] = {
		[DBC_T_TEXT] = {"text", "text", "text"},
		[DBC_T_VERSION] = {"text", "text", "text"},
		[DBC_T_FILES] = {"text", "text", "text"},
		[DBC_T_ANY] = {"any", "\"any\"", "any"},
		[DBC_T_JSON] = {"json", "jsonb", "text"},
		[DBC_T_DOCUMENT] = {"json", "jsonb", "text"},
		[DBC_T_BOOL] = {"bool", "boolean", "integer"},
		[DBC_T_INT] = {"integer", "bigint", "integer"},
		[DBC_T_REAL] = {"number", "double precision", "real"},
		[DBC_T_TIMESTAMP] = {"timestamp", "timestamptz", "text"},
		[DBC_T_ROWS] = {"rows", NULL, NULL},
	};
	/* clang-format on */

	if (engine == DBC_ON_BOTH)
		return names[type].both;
	return engine == DBC_ON_SQLITE ? names[type].sqlite
								   : names[type].postgresql;
}
