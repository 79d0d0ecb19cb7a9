/*
 * results.c
 *	  The members of the JSON results of all SQL functions, generated from
 *	  core/api.def.
 */
#include "common/core/functions.h"

/* clang-format off */
#define DBC_COLS(...)
#define DBC_MEMBERS(...) __VA_ARGS__
#define DBC_M(member, contents, when, sentence) \
	{.name = #member, .type = DBC_M_##contents, .presence = DBC_##when, \
	 .doc = sentence},
#define DBC_MO(member, contents, when, sentence, ...) \
	{.name = #member, .type = DBC_M_##contents, .presence = DBC_##when, \
	 .doc = sentence, \
	 .members = (const dbc_member[]) {__VA_ARGS__ {.name = NULL}}},
#define DBC_FUNCTION(function, class, result, engines, runs_stored_sql, doc, \
					 args, results) \
	const dbc_member dbc_members_of_##function[] = {results {.name = NULL}};
/* clang-format on */
#include "common/core/api.def"
