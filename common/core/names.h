/*
 * names.h
 *	  Names of members that the core writes: those of core/api.def and
 *	  core/names.def.
 *
 * DBC_PUT_TEXT(result, rows, ...) and its kind take a name, not a string, and
 * do not compile with one that is not declared.
 */
#ifndef DBC_CORE_NAMES_H
#define DBC_CORE_NAMES_H

#include "common/core/json_write.h"

/* A type may be declared more than once. */
/* clang-format off */
#define DBC_ARGS(...) __VA_ARGS__
#define DBC_COLS(...) __VA_ARGS__
#define DBC_MEMBERS(...) __VA_ARGS__
#define DBC_OPTS(...) __VA_ARGS__
#define DBC_OPTS_NEEDED(...) __VA_ARGS__
#define DBC_ARG(name, type, doc) typedef char dbc_name_##name;
#define DBC_NUL(name, type, doc) typedef char dbc_name_##name;
#define DBC_OPT(name, type, doc) typedef char dbc_name_##name;
#define DBC_COL(name, type, doc) typedef char dbc_name_##name;
#define DBC_O(name, ...) typedef char dbc_name_##name;
#define DBC_M(name, type, presence, doc) typedef char dbc_name_##name;
#define DBC_MO(name, type, presence, doc, ...) \
	typedef char dbc_name_##name; __VA_ARGS__
#define DBC_STORED(name) typedef char dbc_name_##name;
#define DBC_FUNCTION(name, class, result, engines, runs_stored_sql, doc, args, \
					 results) \
	args results
/* clang-format on */
#include "common/core/api.def"
#include "common/core/names.def"
#undef DBC_ARGS
#undef DBC_COLS
#undef DBC_MEMBERS
#undef DBC_OPTS
#undef DBC_OPTS_NEEDED
#undef DBC_ARG
#undef DBC_NUL
#undef DBC_OPT
#undef DBC_COL
#undef DBC_O
#undef DBC_M
#undef DBC_MO
#undef DBC_STORED
#undef DBC_FUNCTION

#define DBC_NAME_IN(name, text) ((void) sizeof(dbc_name_##name), text)

/* Add a member to an object, as the functions of core/json_write.h do. */
#define DBC_PUT(object, name, ...) \
	dbc_json_put(object, DBC_NAME_IN(name, #name), __VA_ARGS__)
#define DBC_PUT_TEXT(object, name, ...) \
	dbc_json_put_text(object, DBC_NAME_IN(name, #name), __VA_ARGS__)
#define DBC_PUT_INT(object, name, ...) \
	dbc_json_put_int(object, DBC_NAME_IN(name, #name), __VA_ARGS__)
#define DBC_PUT_BOOL(object, name, ...) \
	dbc_json_put_bool(object, DBC_NAME_IN(name, #name), __VA_ARGS__)
#define DBC_PUT_VALUE(object, name, ...) \
	dbc_json_put_value(object, DBC_NAME_IN(name, #name), __VA_ARGS__)
#define DBC_PUT_CELL(object, name, rows, row, col) \
	dbc_json_put_cell(object, DBC_NAME_IN(name, #name), rows, row, col)
#define DBC_PUT_COUNTED(object, lists, name, list) \
	dbc_json_put_counted(object, lists, DBC_NAME_IN(name, #name), list)

#endif /* DBC_CORE_NAMES_H */
